"""`list`: any page of the order list, whatever was asked, costs the same among a million orders as among ten thousand."""

from datetime import timedelta
from typing import Any

import msgspec

from orderhub.kernel import clock, snapshots
from orderhub.orders import listing
from orderhub.orders.finding import Filters, Question, Reach
from tests.bench.houses import House
from tests.bench.room import Room
from tests.bench.rows import Row, compared
from tests.bench.seeds.making import AT
from tests.bench.timing import Action, in_turns, stopwatch

BUDGET = 1.5
PAGES_DEEP = 1_000
_WARM = 10
Asked = tuple[Filters, Reach]

_EVERYWHERE = Reach(shops=None, warehouses=None)
_REACH = Reach(shops=frozenset({1, 2}), warehouses=None)
_DATES: dict[str, Any] = {"since": AT - timedelta(days=20), "until": AT - timedelta(days=5)}

# The twelve of the plan (the three pairs are three), and some that would show a walk that is none: no filter at all,
# a pair and a phone that nobody has, and somebody who sees two shops only.
_ASKED: dict[str, dict[str, Any]] = {
    "everything": {},
    "stage": {"stage": "in_transit"},
    "shop": {"shop": 1},
    "warehouse": {"warehouse": 1},
    "late": {"late": True},
    "dates": _DATES,
    "whole phone": {"q": "13800138000"},
    "last four": {"q": "8888"},
    "number": {"q": "OH-2611-0000100"},
    "two-character name": {"q": "王伟"},
    "stage and warehouse": {"stage": "in_transit", "warehouse": 1},
    "late and shop": {"late": True, "shop": 1},
    "shop and dates": {"shop": 2, **_DATES},
    "empty: stage and shop": {"stage": "lost", "shop": 12},
    "empty: phone": {"q": "19900000000"},
}
QUERIES: dict[str, Asked] = {name: (Filters(**asked), _EVERYWHERE) for name, asked in _ASKED.items()}
QUERIES["stage, of two shops"] = (Filters(stage="in_transit"), _REACH)


class Place(msgspec.Struct, frozen=True):
    """Where a page begins: after this cursor, so many pages deep."""

    cursor: str | None
    pages: float


FIRST = Place(None, 0)


async def measure(room: Room) -> list[Row]:
    """Measure each query's first page, and one 1,000 pages deep, or as deep as there is a full one."""
    few, many = await room.history(room.size.few), await room.history(room.size.many)
    rows = []
    with clock.frozen(AT):
        for name, asked in QUERIES.items():
            rows.append(await _compare(room, f"{name}, first page", asked, (few, FIRST), (many, FIRST)))
            deep_few, deep_many = await _deep(few, asked), await _deep(many, asked)
            if deep_few and deep_many:
                what = f"{name}, {deep_many.pages:,.0f} pages deep"
                rows.append(await _compare(room, what, asked, (few, deep_few), (many, deep_many)))
    return rows


async def _compare(
    room: Room, what: str, asked: Asked, few: tuple[House, Place], many: tuple[House, Place]
) -> Row:
    shown = [len((await _find(house, asked, place))[0].rows) for house, place in (many, few)]
    rounds = room.size.rounds
    small, large = await in_turns(_finding(asked, *few), _finding(asked, *many), warm=_WARM, rounds=rounds)
    pages = {"rows": shown, "pages_deep": [many[1].pages, few[1].pages]}
    return compared(what, large, small, budget=BUDGET, more=pages)


def _finding(asked: Asked, house: House, place: Place) -> Action:
    async def find() -> float:
        _, ms = await _find(house, asked, place)
        return ms

    return find


async def _find(house: House, asked: Asked, place: Place) -> tuple[listing.Found, float]:
    with house.entered():
        async with snapshots.reading() as reading:
            with stopwatch() as taken:
                found = await listing.find(reading.tx, *asked, after=place.cursor)
    return found, taken.ms


async def _deep(house: House, asked: Asked) -> Place | None:
    """Return where a full page lies, at most 1,000 pages deep; None where the first page is all there is."""
    question = Question(*asked, before=None, limit=(PAGES_DEEP + 1) * listing.PAGE)
    with house.entered():
        async with snapshots.reading() as reading:
            matches = await reading.tx.fetch(question.sql, *question.values)
    skipped = len(matches) - listing.PAGE
    if skipped <= 0:
        return None
    last = matches[skipped - 1]
    return Place(f"{last['opened_at'].isoformat()}~{last['id']}", skipped / listing.PAGE)
