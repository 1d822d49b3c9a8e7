"""Rooms import only what stands below them; the list of rooms and arrows is in pyproject.toml."""

import tomllib

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture.code import ROOT, rooms


def test_rooms_import_only_what_stands_below_them() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == EXIT_STATUS_SUCCESS


def test_every_room_has_its_place_in_the_arrows() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ][0]
    named = " ".join(contract["layers"]).translate(str.maketrans("():|", "    ")).split()
    assert set(rooms()) <= set(named)
    assert contract["exhaustive"], "a new room or module must be given its place"
