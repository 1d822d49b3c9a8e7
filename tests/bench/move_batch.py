"""`move_batch`: 500 parcels moved in one transaction, against SQL that is given the rows; and with a live board watching."""

import statistics
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from orderhub.kernel import postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.moves import Move, move
from orderhub.live.hub import Hub
from orderhub.live.watcher import Viewer, Watcher
from orderhub.live.wire import Frame
from tests.bench import written
from tests.bench.ceilings import plain_moves
from tests.bench.houses import House
from tests.bench.room import Room
from tests.bench.rows import Row
from tests.bench.timing import stopwatch

BATCH = 500
OF_SQL, OF_UNWATCHED = 0.5, 0.9
WATCHED = ("board.counts", "board.moves", "board.late")

_MIN = Actor(kind="person", id="person:1", name="小敏", roles=frozenset({"warehouse"}))
_CHEN = Actor(kind="person", id="person:2", name="陈姐", roles=frozenset({"manager"}))
_WAITING = "select id from subjects where kind = 'shipment' and stage = 'allocated' order by id"
_ROWS = """
    select
        (select jsonb_agg(to_jsonb(s))::text from subjects s where xmin::text::bigint >= $1) as moved,
        (select jsonb_agg(to_jsonb(v))::text from visits v where xmin::text::bigint >= $1 and left_at is not null) as gone,
        (select jsonb_agg(to_jsonb(v))::text from visits v where xmin::text::bigint >= $1 and left_at is null) as entered,
        (select jsonb_agg(to_jsonb(l))::text from ledger l where xmin::text::bigint >= $1) as told,
        (select jsonb_agg(to_jsonb(d))::text from stage_deltas d where xmin::text::bigint >= $1) as counted,
        (select jsonb_agg(to_jsonb(l))::text from shipment_lines l where xmin::text::bigint >= $1) as filled
"""

Batch = tuple[Sequence[UUID], Mapping[str, str]]


async def measure(room: Room) -> list[Row]:
    """Move every waiting parcel on, batch by batch; every second batch while somebody watches the board."""
    house, other = await room.floor(room.size.few), await room.floor(room.size.few, nth=2)
    with house.entered():
        ids = [row["id"] for row in await postgres.fetch(_WAITING)]
    size = min(BATCH, len(ids) // 2)
    batches = [ids[at : at + size] for at in range(0, len(ids) - size + 1, size)]
    alone, watched, rows = list[float](), list[float](), list[Batch]()
    for number, batch in enumerate(batches):
        for transition in ("pick", "pack"):
            since = await written.mark(house)
            if number % 2:
                async with _board(house):
                    watched.append(await _move(house, batch, transition))
            else:
                alone.append(await _move(house, batch, transition))
            rows.append((batch, await _rows(house, since)))
    plain = await plain_moves.write(other.url, [(list(map(str, ids)), told) for ids, told in rows])
    return [
        _row(
            f"{BATCH} moves in one transaction, against rows that are ready", alone, _ms(plain), OF_SQL, True
        ),
        _row("watched by a live board, against unwatched", watched, alone, OF_UNWATCHED),
    ]


async def _move(house: House, batch: Sequence[UUID], transition: str) -> float:
    with house.entered(), stopwatch() as taken:
        verdicts = await move([Move(subject=subject, transition=transition) for subject in batch], actor=_MIN)
    if refused := [verdict for verdict in verdicts if verdict.refused]:
        raise RuntimeError(f"expected every move to succeed, got {refused[0]}")
    return taken.ms


async def _rows(house: House, since: int) -> dict[str, str]:
    with house.entered():
        found = await postgres.fetchrow(_ROWS, since)
    assert found is not None
    return {name: text or "[]" for name, text in found.items()}


@asynccontextmanager
async def _board(house: House) -> AsyncIterator[None]:
    """Let somebody watch the board in this process."""
    with house.entered():
        hub = Hub(_Rights())
        hub.start()
        watcher = Watcher(Viewer(_CHEN, "bench", "zh-CN"), _Deaf())
        hub.enter(watcher)
        hub.watch(watcher, WATCHED, {})
        try:
            yield
        finally:
            hub.exit(watcher)
            await hub.stop()


class _Rights:
    async def actors(self, sessions: Collection[str]) -> Mapping[str, Actor]:
        return dict.fromkeys(sessions, _CHEN)


class _Deaf:
    """A socket that takes everything."""

    def post(self, frame: Frame) -> bool:
        return True

    def close(self, code: int) -> bool:
        return True


def _ms(seconds: Sequence[float]) -> list[float]:
    return [each * 1000 for each in seconds]


def _row(
    what: str, taken: Sequence[float], ceiling: Sequence[float], budget: float, is_raw: bool = False
) -> Row:
    more: dict[str, Any] = {"rounds": len(taken), "ms": [round(each, 1) for each in taken]}
    return Row(
        what=what,
        value=BATCH * 1000 / statistics.median(taken),
        ceiling=BATCH * 1000 / statistics.median(ceiling),
        unit="moves/s",
        budget=budget,
        at_most=False,
        ceilings=("plain_moves.py",) if is_raw else (),
        more=more,
    )
