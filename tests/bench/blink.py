"""`blink`: from a COMMIT to the first fragment that holds it, on each of a thousand phones, a change every 50 ms; against
broadcast() of plain websockets at the same pace.
"""

import asyncio
import bisect
import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from uuid import UUID

from orderhub.accounts import sessions
from orderhub.kernel import postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.moves import Move, move
from orderhub.live.way import open_way
from tests.bench import serving, watching
from tests.bench.fanout import SOCKETS, fragment, sending
from tests.bench.houses import House
from tests.bench.room import Room
from tests.bench.rows import Row
from tests.bench.watching import Seen

BUDGET = 1.5
PAUSE_MS = 50
CHANGES = 100

_SOCKETS_A_SESSION = 16
_MANAGER = 2  # of the people of the seeds
_WORKER = Actor(kind="person", id="person:1", name="小敏", roles=frozenset({"warehouse"}))
_FACTS = "select pg_current_snapshot()::text"


class Commit(NamedTuple):
    """When a change was committed, and how many transactions had finished then."""

    at: float
    number: int


async def measure(room: Room) -> list[Row]:
    """Change one parcel every 50 ms, and see how long each phone goes on without it."""
    sockets, changes, turns = (SOCKETS, CHANGES, 3) if room.size.rounds > 10 else (20, 4, 1)
    house = await room.floor(room.size.few)
    with house.entered():
        await postgres.execute("update people set roles = array['manager'] where id = $1", _MANAGER)
        rows = await postgres.fetch(
            "select id from subjects where kind = 'shipment' and stage = 'allocated' order by id"
        )
    ids = [row["id"] for row in rows]
    text = await fragment(house)
    ours, plain = list[float](), list[float]()
    for turn in range(turns):
        plain.append(await _broadcast(text, sockets, changes))
        ours.append(await _hub(house, ids[turn * changes : (turn + 1) * changes], sockets))
    more = {"sockets": sockets, "changes": changes, "rounds_ms": [round(each, 1) for each in ours]}
    return [
        Row(
            what=f"commit → each of {sockets:,} phones, a change every {PAUSE_MS} ms",
            value=statistics.median(ours),
            ceiling=statistics.median(plain),
            unit="ms p99",
            budget=BUDGET,
            ceilings=("broadcast.py",),
            more=more,
        )
    ]


async def _hub(house: House, ids: Sequence[UUID], sockets: int) -> float:
    cookies = await _cookies(house, sockets)
    first = json.dumps({"watch": ["board.counts"]})
    async with serving.hub(house) as served, watching.phones(served.port, cookies, first) as phones:
        commits = await _change(house, ids)
        await asyncio.sleep(2)
        seen = await phones.seen()
    return _p99([late for one in seen for late in _latencies(one, commits)])


async def _change(house: House, ids: Sequence[UUID]) -> list[Commit]:
    commits = list[Commit]()
    with house.entered():
        async with open_way(on_gap=lambda: None):
            await asyncio.sleep(0.5)  # its connections are made
            begun = time.monotonic()
            for nth, subject in enumerate(ids):
                await asyncio.sleep(max(0.0, begun + nth * PAUSE_MS / 1000 - time.monotonic()))
                commits.append(await _pick(subject))
    return commits


async def _pick(subject: UUID) -> Commit:
    (verdict,) = await move([Move(subject=subject, transition="pick")], actor=_WORKER)
    if verdict.refused:
        raise RuntimeError(f"expected the move to succeed, got {verdict}")
    at = time.monotonic()
    _, xmax, running = (await postgres.fetchval(_FACTS)).split(":")
    return Commit(at, int(xmax) - len([xid for xid in running.split(",") if xid]))


def _latencies(one: Seen, commits: Sequence[Commit]) -> list[float]:
    """A phone has a change with the first fragment of its version or a later one."""
    found = [bisect.bisect_left(one.versions, commit.number) for commit in commits]
    if max(found) >= len(one.moments):
        raise RuntimeError("expected every change on every phone, got a phone that was not told of the last")
    return [max(0.0, one.moments[place] - commit.at) for place, commit in zip(found, commits, strict=True)]


async def _broadcast(text: str, sockets: int, changes: int) -> float:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "fragment.html"
        file.write_text(text, "utf-8")
        async with (
            sending("broadcast", file) as sender,
            watching.phones(sender.port, [""] * sockets, "", expect=False) as phones,
        ):
            told = await sender.show(PAUSE_MS, changes)
            await asyncio.sleep(1)
            seen = await phones.seen()
    if any(len(one.moments) != changes for one in seen):
        raise RuntimeError(f"expected {changes} fragments on every phone")
    pairs = [zip(one.moments, told["moments"], strict=True) for one in seen]
    return _p99([came - sent for pair in pairs for came, sent in pair])


def _p99(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[-1] * 1000


async def _cookies(house: House, sockets: int) -> list[str]:
    made = list[str]()
    for _ in range(-(-sockets // _SOCKETS_A_SESSION)):
        with house.entered():
            async with postgres.transaction() as tx:
                made.append(await sessions.open_session(tx, _MANAGER, device="bench", agent="bench", ip=None))
    return [f"session={made[nth // _SOCKETS_A_SESSION]}" for nth in range(sockets)]
