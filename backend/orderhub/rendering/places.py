"""Where the files of the pages live: in a checkout beside the code, in an installed wheel inside the package."""

from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
CHECKOUT = PACKAGE.parent.parent


@cache
def web() -> Path:
    """Return the folder that holds ``templates``, ``locale`` and ``dist``."""
    checkout, installed = CHECKOUT / "web", PACKAGE / "_web"
    if (CHECKOUT / "pyproject.toml").is_file() and checkout.is_dir():
        return checkout
    if installed.is_dir():
        return installed
    raise FileNotFoundError(f"neither {checkout} nor {installed} holds the pages; install the wheel again")


def templates() -> Path:
    """Return the folder of Jinja templates, one sub-folder per room."""
    return web() / "templates"


def locale() -> Path:
    """Return the folder of words, one TOML file per room."""
    return web() / "locale"


def assets() -> Path:
    """Return the folder of built files: hashed names, compressed twins, ``manifest.json``."""
    return web() / "dist"
