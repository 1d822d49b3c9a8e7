"""One run: which benchmarks, their rows, the check after each, and what is told of it all."""

import importlib
import os
import platform
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from tests.bench.room import Room, Size
from tests.bench.rows import Row, table
from tests.bench.street import Street

# Each is a module of this folder with ``async def measure(room) -> list[Row]``, in the order in which they run.
BENCHMARKS = ("due", "list", "board", "intake", "move_batch", "fanout", "blink", "burst", "journey")

_CEILINGS = Path(__file__).parent / "ceilings"


class UnknownBenchmark(ValueError):
    """ONLY names something that is not measured."""


class Result(msgspec.Struct, kw_only=True):
    """What a run has found: ``told`` is build/bench.json; ``faults`` is whatever is wrong with a database afterwards."""

    rows: list[tuple[str, Row]] = []
    told: dict[str, Any] = {}
    faults: list[str] = []

    @property
    def holds(self) -> bool:
        return not self.faults and all(row.holds for _, row in self.rows)

    def __str__(self) -> str:
        return "\n".join([table(self.rows), *self.faults])


def chosen(only: str) -> tuple[str, ...]:
    """Return the benchmarks named in ONLY (``due,list``), all of them where it is empty."""
    names = {name.strip() for name in only.split(",") if name.strip()}
    if unknown := names - set(BENCHMARKS):
        raise UnknownBenchmark(
            f"expected some of {', '.join(BENCHMARKS)} in ONLY, got {', '.join(sorted(unknown))}"
        )
    return tuple(name for name in BENCHMARKS if not names or name in names)


async def run(names: Sequence[str], street: Street, size: Size, *, data: Path | None = None) -> Result:
    """Measure these."""
    result = Result()
    for name in names:
        room = Room(street, size, data=data)
        module = importlib.import_module(f"tests.bench.{name}")
        print(f"{name}: {module.__doc__}", flush=True)
        rows: list[Row] = await module.measure(room)
        about, faults = await _about(room)
        told = [row.told() | {"ceiling_files": _digests(row), **about} for row in rows]
        result.told[name] = told[0] if len(told) == 1 else told
        result.rows += [(name, row) for row in rows]
        print(table([(name, row) for row in rows]), flush=True)
        result.faults += faults
    return result


async def _about(room: Room) -> tuple[dict[str, Any], list[str]]:
    """Return what a figure is worth nothing without: the server, the machine, the databases and their check."""
    settings = await room.settings()
    print(f"  PostgreSQL: {', '.join(f'{name} {value}' for name, value in settings.items())}", flush=True)
    proofs, faults = await room.prove()
    for name, proof in proofs.items():
        filled = ", ".join(f"{table} {rows:,}" for table, rows in proof.tables.items())
        print(f"  {name}: verify found {len(proof.findings)} in {proof.verified_streams:,} streams; {filled}")
    machine = {"system": platform.platform(), "cores": os.cpu_count(), "python": platform.python_version()}
    about = {
        "server": settings,
        "machine": machine,
        "databases": msgspec.to_builtins(proofs),
        "faults": faults,
    }
    return about, faults


def _digests(row: Row) -> dict[str, str]:
    return {name: sha256((_CEILINGS / name).read_bytes()).hexdigest() for name in row.ceilings}
