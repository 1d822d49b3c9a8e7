"""`fanout`: one board shown to a thousand sockets, CPU a delivery, against broadcast() of plain websockets."""

import asyncio
import json
import statistics
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from orderhub.kernel import clock, snapshots, views
from tests.bench import serving, watching
from tests.bench.board import VIEWERS
from tests.bench.fanning import NAME
from tests.bench.houses import House
from tests.bench.room import Room
from tests.bench.rows import Row
from tests.bench.seeds.making import AT

SOCKETS = 1_000
RAW, ASGI = 0.8, 1.4
PAUSE_MS = 40

_ROUNDS = 9
_WAYS = ("broadcast", "raw", "asgi")


async def measure(room: Room) -> list[Row]:
    """Show the real board fragment again and again, by each of the three ways in turn."""
    text = await fragment(await room.history(room.size.few))
    sockets, shows = (SOCKETS, 40) if room.size.rounds > 10 else (20, 3)
    taken: dict[str, list[float]] = {way: [] for way in _WAYS}
    with TemporaryDirectory() as folder:
        file = Path(folder) / "fragment.html"
        file.write_text(text, "utf-8")
        for _ in range(_ROUNDS if room.size.rounds > 10 else 1):
            for way in _WAYS:
                taken[way].append(await _cpu(way, file, sockets, shows))
    plain = statistics.median(taken["broadcast"])
    more = {"bytes": len(text.encode()), "sockets": sockets, "shows": shows}
    return [_row(way, taken[way], plain, budget, more) for way, budget in (("raw", RAW), ("asgi", ASGI))]


async def fragment(house: House) -> str:
    """Return the counts of the board as a manager is sent them."""
    with house.entered(), clock.frozen(AT):
        async with snapshots.reading() as reading:
            html = await views.section("board.counts", reading, {}, VIEWERS["everything"], "zh-CN")
    return str(html)


async def _cpu(way: str, file: Path, sockets: int, shows: int) -> float:
    """Return CPU microseconds a delivery in the process that sends, once everything has come."""
    async with sending(way, file) as sender:
        expect = way != "broadcast"
        first = json.dumps({"watch": [NAME]})
        async with watching.phones(sender.port, [""] * sockets, first, expect=expect) as phones:
            await sender.show(PAUSE_MS, 3)  # warm
            told = await sender.show(PAUSE_MS, shows)
            await asyncio.sleep(0.5)
            seen = await phones.seen()
    if (came := {len(one.moments) for one in seen}) != {shows + 3} or told["sockets"] != sockets:
        raise RuntimeError(f"expected {shows + 3} fragments on each of {sockets} sockets, got {came}")
    return float(told["cpu"]) * 1_000_000 / (sockets * shows)


class Sender:
    """A process that shows a fragment to all of its sockets when it is told to."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.port = port
        self._process = process

    async def show(self, pause_ms: int, count: int) -> dict[str, Any]:
        """Let it show; returns its CPU seconds, the moments, and how many sockets there were."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"show {pause_ms} {count}\n".encode())
        answer: dict[str, Any] = json.loads(await self._process.stdout.readline())
        return answer


@asynccontextmanager
async def sending(way: str, file: Path) -> AsyncIterator[Sender]:
    """Start one: ``broadcast`` of plain websockets, or the hub ``raw`` or over ``asgi``."""
    port = serving.free_port()
    program = (
        (str(serving.CEILINGS / "broadcast.py"),) if way == "broadcast" else ("-m", "tests.bench.fanning")
    )
    command = (sys.executable, *program, str(port), str(file), *([] if way == "broadcast" else [way]))
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=1 << 24)
    try:
        await serving.answering(port, lambda: process.returncode)
        yield Sender(process, port)
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


def _row(way: str, taken: Sequence[float], plain: float, budget: float, more: dict[str, Any]) -> Row:
    return Row(
        what=f"the board to {more['sockets']:,} sockets, {'raw frames' if way == 'raw' else 'over ASGI'}",
        value=statistics.median(taken),
        ceiling=plain,
        unit="µs CPU",
        budget=budget,
        ceilings=("broadcast.py",),
        more=more | {"rounds": [round(each, 2) for each in taken]},
    )
