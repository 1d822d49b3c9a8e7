"""`burst`: 5,000 pages on one process while 200 subjects move every second for ten seconds: none is closed, and soon after the
last move each shows what a fresh rendering says.
"""

import asyncio
import resource
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import msgspec

from orderhub.kernel import postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.moves import Move, move
from orderhub.live.way import open_way
from tests.bench import audience, serving
from tests.bench.audience import Seat
from tests.bench.crowd import Shown, crowd
from tests.bench.houses import House
from tests.bench.room import Room
from tests.bench.rows import Row
from tests.bench.serving import Served

SOCKETS, MOVES_A_SECOND, SECONDS = 5_000, 200, 10
WITHIN_SECONDS = 2.0

_BATCH = 10  # moves of one transaction, as a wave or a scan of many brings them
_CROWDS = 2  # processes that hold the pages
_SETTLED_SECONDS = 6.0
_WORKER = Actor(kind="person", id="person:1", name="小敏", roles=frozenset({"warehouse"}))
_MOVABLE = (
    "select id, root_id from subjects where kind = 'shipment' and stage = 'allocated' order by id limit $1"
)


class Burst(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen of one burst."""

    shown: list[Shown]
    stale: int
    late_seconds: float
    rate: float
    more: dict[str, Any]


async def measure(room: Room) -> list[Row]:
    """Move, look, compare."""
    is_real = room.size.rounds > 10
    sockets, moves = (SOCKETS, MOVES_A_SECOND * SECONDS) if is_real else (40, 20)
    house = await room.floor(room.size.few)
    with house.entered():
        rows = await postgres.fetch(_MOVABLE, moves)
    if len(rows) < moves:
        raise RuntimeError(f"expected {moves} parcels that may be picked, got {len(rows)}")
    seats = await audience.seats(house, sockets, [row["root_id"] for row in rows])
    seen = await _burst(house, seats, [row["id"] for row in rows], settled=_SETTLED_SECONDS if is_real else 2)
    right = sum(not one.closed for one in seen.shown) - seen.stale
    return [
        Row(
            what=f"of {len(seats):,} pages, those never closed that show what a fresh rendering says",
            value=right,
            ceiling=len(seats),
            unit="pages",
            budget=1,
            at_most=False,
            more=seen.more,
        ),
        Row(
            what="from the last COMMIT to the last fragment on any of them, of 2 s",
            value=seen.late_seconds,
            ceiling=WITHIN_SECONDS,
            unit="s",
            budget=1,
        ),
        Row(
            what="moves that were made a second",
            value=seen.rate,
            ceiling=MOVES_A_SECOND,
            unit="moves/s",
            budget=0.95,
            at_most=False,
        ),
    ]


async def _burst(house: House, seats: Sequence[Seat], ids: Sequence[UUID], *, settled: float) -> Burst:
    _let_sockets_open(2 * len(seats))
    async with serving.hub(house) as served, AsyncExitStack() as stack:
        empty = served.resident_bytes
        pages, size = [seat.page for seat in seats], -(-len(seats) // _CROWDS)
        crowds = [
            await stack.enter_async_context(crowd(served.port, pages[begin : begin + size]))
            for begin in range(0, len(pages), size)
        ]
        opened = served.resident_bytes
        idle = await _cpu_a_second(served)
        cpu = served.cpu_seconds
        began, last = await _move(house, ids)
        await asyncio.sleep(settled)
        cpu, full = served.cpu_seconds - cpu, served.resident_bytes
        shown = [one for each in crowds for one in await each.shown()]
    fragments = sum(one.fragments for one in shown)
    more = {
        "moves": len(ids),
        "fragments": fragments,
        "resyncs": sum(one.resyncs for one in shown),
        "closed": sum(one.closed for one in shown),
        "cpu_seconds": round(cpu, 2),
        "cpu_ms_a_socket": round(cpu * 1000 / len(seats), 2),
        "cpu_us_a_fragment": round(cpu * 1_000_000 / max(1, fragments), 1),
        "idle_cpu_share": round(idle, 3),
        "kib_a_socket": round((opened - empty) / len(seats) / 1024, 1),
        "kib_a_socket_after": round((full - empty) / len(seats) / 1024, 1),
        "mib_empty": round(empty / 2**20),
        "mib_after": round(full / 2**20),
    }
    print("  " + ", ".join(f"{name} {value}" for name, value in more.items()), flush=True)
    late = max(at for one in shown for _, at in one.regions.values()) - last
    return Burst(
        shown=shown,
        stale=await _stale(house, seats, shown),
        late_seconds=max(late, 0.001),
        rate=len(ids) / (last - began),
        more=more,
    )


async def _move(house: House, ids: Sequence[UUID]) -> tuple[float, float]:
    """Move all of them at the pace, whether or not those before them are done; return when it began and when all were."""
    with house.entered():
        async with open_way(on_gap=lambda: None):
            await asyncio.sleep(0.5)  # its connections are made
            begun = time.monotonic()
            async with asyncio.TaskGroup() as group:
                for nth in range(0, len(ids), _BATCH):
                    await asyncio.sleep(max(0.0, begun + nth / MOVES_A_SECOND - time.monotonic()))
                    group.create_task(_pick(ids[nth : nth + _BATCH]))
            return begun, time.monotonic()


async def _pick(ids: Sequence[UUID]) -> None:
    wishes = [Move(subject=subject, transition="pick") for subject in ids]
    if refused := [verdict for verdict in await move(wishes, actor=_WORKER) if verdict.refused]:
        raise RuntimeError(f"expected every move to succeed, got {refused[0]}")


async def _stale(house: House, seats: Sequence[Seat], shown: Sequence[Shown]) -> int:
    """Count the pages that are open and show something else than a fresh rendering."""
    fresh = await audience.afresh(house, seats)
    wrong = 0
    for seat, one in zip(seats, shown, strict=True):
        wanted = {name: told for asked in seat.page.watch for name, told in fresh[seat.part, asked].items()}
        wrong += not one.closed and {name: told for name, (told, _) in one.regions.items()} != wanted
    return wrong


async def _cpu_a_second(served: Served) -> float:
    """Return how much of a core the hub takes while nothing happens."""
    cpu, began = served.cpu_seconds, time.monotonic()
    await asyncio.sleep(1)
    return (served.cpu_seconds - cpu) / (time.monotonic() - began)


def _let_sockets_open(wanted: int) -> None:
    """A process may open fewer files than there are pages; what is started from here inherits the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted + 1_000
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, hard), hard))
