"""Rooms import only what stands below them; the list of rooms and arrows is in pyproject.toml."""

import subprocess
import sys
import tomllib

from tests.architecture.code import ROOT, rooms

# In a process of its own: it sets logging up anew, and the loggers of this one would fall silent.
LINT = "import sys; sys.path.insert(0, 'backend'); from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"


def test_rooms_import_only_what_stands_below_them() -> None:
    linted = subprocess.run(
        [sys.executable, "-c", LINT], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_every_room_has_its_place_in_the_arrows() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ][0]
    named = " ".join(contract["layers"]).translate(str.maketrans("():|", "    ")).split()
    assert set(rooms()) <= set(named)
    assert contract["exhaustive"], "a new room or module must be given its place"
