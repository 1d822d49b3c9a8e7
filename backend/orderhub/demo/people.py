"""The demo's people on the floor: each takes the most urgent cards of their warehouse, as a real one would.

The most urgent ones of all are left alone, so that something is late and a visitor finds something to do.
"""

import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import msgspec

from orderhub.demo import telling
from orderhub.demo.founding import PEOPLE
from orderhub.kernel import clock, postgres
from orderhub.kernel.ids import uuid7
from orderhub.kernel.moves import Move

_LEFT_ALONE = 2
# Whoever sees a pile this high does two at once, three at twice the height, and so on: the demo never drowns.
_PILE = 8
_MOST = 400

_CARDS = """
    select s.id as subject_id, v.id as visit_id from subjects s join visits v on v.id = s.visit_id
    where s.kind = 'shipment' and s.stage = $1 and s.warehouse_id = $2 and v.entered_at <= $3
    order by v.due_at, v.id limit $4
"""
_FLOOR = """
    select id, login, name, warehouses[1] as warehouse_id from people
    where login = any($1::text[]) and ended_at is null and cardinality(warehouses) = 1 order by id
"""


class Person(msgspec.Struct, frozen=True):
    """Somebody on the floor of one warehouse."""

    id: int
    login: str
    name: str
    warehouse_id: int


# How somebody presses buttons: over HTTP while the demo lives, by the verb itself while its past is made up.
Press = Callable[[Person, list[Move]], Awaitable[None]]


async def pick(press: Press, *, stayed: timedelta = timedelta()) -> None:
    """Somebody starts picking what has lain there for a while."""
    await _do(press, "allocated", "pick", stayed)


async def pack(press: Press, *, stayed: timedelta = timedelta()) -> None:
    """Somebody closes parcels."""
    await _do(press, "picking", "pack", stayed)


async def hand_over(press: Press, *, stayed: timedelta = timedelta()) -> None:
    """Somebody gives parcels to a carrier, with their waybills on them."""
    await _do(press, "packed", "collect", stayed, facts=_waybill)


async def _do(
    press: Press,
    stage: str,
    transition: str,
    stayed: timedelta,
    *,
    facts: Callable[[], Mapping[str, str]] = dict,
) -> None:
    people = await _floor()
    if not people:
        return
    person = random.choice(people)
    cards = await postgres.fetch(_CARDS, stage, person.warehouse_id, clock.now() - stayed, _MOST)
    todo = cards[_LEFT_ALONE:]
    if todo:
        await press(
            person,
            [
                Move(
                    subject=card["subject_id"],
                    transition=transition,
                    visit=card["visit_id"],
                    key=str(uuid7()),
                    facts=dict(facts()),
                )
                for card in todo[: 1 + len(todo) // _PILE]
            ],
        )


async def _floor() -> list[Person]:
    logins = [login for login, _, role, _ in PEOPLE if role == "warehouse"]
    return [Person(**row) for row in await postgres.fetch(_FLOOR, logins)]


def _waybill() -> Mapping[str, str]:
    carrier, waybill = telling.waybill()
    return {"carrier": carrier, "waybill": waybill}
