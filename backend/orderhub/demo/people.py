"""The demo's people on the floor: each takes the most urgent cards of their warehouse, as a real one would.

The most urgent one of each stage is left alone for some hours, so that something is late and a visitor finds something to do.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec

from orderhub.accounts.people import actor_of
from orderhub.delivery import splitting
from orderhub.demo import telling
from orderhub.demo.cast import PLAYERS, Player
from orderhub.demo.chance import dice
from orderhub.kernel import clock, postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.ids import uuid7
from orderhub.kernel.moves import Move, move

LEFT_ALONE = 1
_LEFT_FOR = timedelta(hours=3)
# Whoever sees a pile this high does two at once, three at twice the height, and so on: the demo never drowns.
_PILE = 8
_DOES = {"allocated": "pick", "picking": "pack", "packed": "collect"}

_CARDS = """
    select s.stage, s.id as subject_id, v.id as visit_id, v.due_at
    from subjects s join visits v on v.id = s.visit_id join shipments h on h.id = s.id
    join orders o on o.id = h.order_id
    where s.kind = 'shipment' and s.stage = any($1::text[]) and s.warehouse_id = $2 and v.entered_at <= $3
    order by v.due_at, o.channel_number, length(h.number), h.number limit 400
"""
_SPLITTABLE = """
    select s.id, (select array_agg(l.line_no order by l.line_no) from shipment_lines l where l.shipment_id = s.id)
        as lines
    from subjects s join visits v on v.id = s.visit_id join shipments h on h.id = s.id
    join orders o on o.id = h.order_id
    where s.kind = 'shipment' and s.stage = 'allocated' and s.warehouse_id = $1
        and (select count(*) from shipments x where x.order_id = h.order_id) = 1
        and (select count(*) from shipment_lines l where l.shipment_id = s.id) > 1
    order by v.entered_at desc, o.channel_number limit 1
"""
_PERSON = """
    select id, login, name, roles, shops, warehouses from people where login = $1 and ended_at is null
"""


class Person(msgspec.Struct, frozen=True):
    """One of the demo's people, as the hub knows them."""

    login: str
    actor: Actor

    @property
    def warehouse_id(self) -> int | None:
        """The warehouse they work in, if it is one."""
        within = self.actor.warehouses
        return next(iter(within)) if within and len(within) == 1 else None


# How somebody presses buttons: over HTTP while the demo lives, by the verb itself while its past is made up.
Press = Callable[[Person, list[Move]], Awaitable[None]]


async def work(press: Press, player: Player, *, stayed: timedelta = timedelta()) -> None:
    """Somebody picks, packs or hands over what has lain there for a while; most often where most of it lies."""
    person = await find(player)
    if person is None or person.warehouse_id is None:
        return
    rows = await postgres.fetch(_CARDS, list(_DOES), person.warehouse_id, clock.now() - stayed)
    todo = {stage: _to_do([row for row in rows if row["stage"] == stage]) for stage in _DOES}
    (stage,) = dice.choices(list(todo), weights=[len(cards) + 0.001 for cards in todo.values()])
    cards = todo[stage]
    if cards:
        await press(person, [_move(card) for card in cards[: 1 + len(cards) // _PILE]])


async def split(player: Player) -> None:
    """Somebody lets a part of an order travel on its own, by the verb itself: no page offers it."""
    person = await find(player)
    if person is None or person.warehouse_id is None:
        return
    row = await postgres.fetchrow(_SPLITTABLE, person.warehouse_id)
    if row is not None:
        pieces = await postgres.fetchval(
            "select pieces from shipment_lines where shipment_id = $1 and line_no = $2",
            *(row["id"], row["lines"][-1]),
        )
        await splitting.split([splitting.wish(row["id"], [{row["lines"][-1]: pieces}])], actor=person.actor)


async def find(player: Player) -> Person | None:
    """Return somebody as the hub knows them; None after a visitor ended them."""
    row = await postgres.fetchrow(_PERSON, player.login)
    return Person(player.login, actor_of(row, ip=None, device=None, request_id=None)) if row else None


async def press_the_verb(person: Person, moves: list[Move]) -> None:
    """Move without a door: what a past is made of, when nobody listens yet."""
    await move(moves, actor=person.actor)


def of_role(role: str) -> list[Player]:
    """Return everybody of a role."""
    return [player for player in PLAYERS if player.role == role]


def _to_do(rows: list[Any]) -> list[Any]:
    """Leave the most urgent ones to visitors, unless none came for hours."""
    long_ago = clock.now() - _LEFT_FOR
    return [row for row in rows[:LEFT_ALONE] if row["due_at"] and row["due_at"] < long_ago] + rows[
        LEFT_ALONE:
    ]


def _move(card: Any) -> Move:
    transition = _DOES[card["stage"]]
    facts = (
        dict(zip(("carrier", "waybill"), telling.waybill(), strict=True)) if transition == "collect" else {}
    )
    return Move(
        subject=card["subject_id"],
        transition=transition,
        visit=card["visit_id"],
        key=str(uuid7()),
        facts=facts,
    )
