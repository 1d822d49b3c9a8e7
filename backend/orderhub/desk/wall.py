"""The wall: what a role must do now, the most urgent first, each card with all that is needed to do it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from orderhub.accounts import warehouses
from orderhub.desk import cards
from orderhub.desk.cards import Card
from orderhub.intake import queue
from orderhub.kernel import clock, counts
from orderhub.kernel.flows import all_flows
from orderhub.kernel.postgres import Transaction
from orderhub.kernel.views import Scope
from orderhub.rendering import times
from orderhub.rendering.catalogue import Said
from orderhub.rendering.offers import Offer, offered

MOST = 20
_BUTTONS = 2

_NAMES = """
    select s.id, coalesce(o.number, m.order_number, '') as number, h.name as shop, c.code, m.reasons,
           j.hurries, j.hurried_at
    from unnest($1::uuid[], $2::uuid[]) as s(id, root)
    left join orders o on o.id = s.root left join messages m on m.id = s.id
    join shops h on h.id = coalesce(o.shop_id, m.shop_id) left join shipments c on c.id = s.id
    left join journey_links j on j.order_id = s.root
"""
_LINES = """
    select l.shipment_id as id, l.name, k.code, l.pieces from shipment_lines l join skus k on k.id = l.sku_id
    where l.shipment_id = any($1::uuid[])
    union all
    select l.order_id, l.name, k.code, l.pieces from order_lines l join skus k on k.id = l.sku_id
    where l.order_id = any($1::uuid[])
    order by 1, 2
"""


class CardLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to take from a shelf."""

    name: str
    detail: str
    pieces: int


class WallCard(msgspec.Struct, frozen=True, kw_only=True):
    """One task. `short` is what it is called on the floor, nothing for a message without a readable number."""

    subject: str
    visit: str
    kind: str
    stage: str
    short: str
    number: str
    href: str
    shop: str
    pieces: int
    skus: int
    entered: datetime
    due: datetime | None
    lines: tuple[CardLine, ...]
    moves: tuple[Offer, ...]
    claimed_by: str | None = None
    note: Said | None = None


class Wall(msgspec.Struct, frozen=True, kw_only=True):
    """A role's tasks; `more` wait behind those shown. A role that `owns` no stage will never have any."""

    role: str
    owns: bool
    places: tuple[str, ...]
    done_today: int
    cards: tuple[WallCard, ...]
    more: int


async def wall(tx: Transaction, role: str, scope: Scope) -> Wall:
    """Return the wall of a role within a scope."""
    found = await cards.cards(tx, role, shops=scope.shops, warehouses=scope.warehouses, limit=MOST)
    standing, done = await _numbers(tx, role, scope)
    return Wall(
        role=role,
        owns=any(stage.role == role for flow in all_flows().values() for stage in flow.stages),
        places=await warehouses.names(tx, scope.warehouses),
        done_today=done,
        cards=tuple(await _shown(tx, found, role)),
        more=max(standing - len(found), 0),
    )


async def _shown(tx: Transaction, found: Sequence[Card], role: str) -> list[WallCard]:
    subjects, roots = [card.subject for card in found], [card.root for card in found]
    names = {row["id"]: row for row in await tx.fetch(_NAMES, subjects, roots)}
    lines: dict[UUID, list[Any]] = defaultdict(list)
    for row in await tx.fetch(_LINES, subjects):
        lines[row["id"]].append(row)
    return [
        _card(card, names[card.subject], lines[card.subject], role) for card in found if card.subject in names
    ]


def _card(card: Card, names: Any, lines: Sequence[Any], role: str) -> WallCard:
    return WallCard(
        subject=str(card.subject),
        visit=str(card.visit),
        kind=card.kind,
        stage=card.stage,
        short=names["code"] or names["number"],
        number=names["number"],
        href=f"/messages#message-{card.subject}" if card.kind == "message" else f"/orders/{names['number']}",
        shop=names["shop"],
        pieces=sum(line["pieces"] for line in lines),
        skus=len(lines),
        entered=card.entered_at,
        due=card.due_at,
        claimed_by=card.claimed_by,
        lines=tuple(
            CardLine(name=line["name"], detail=line["code"], pieces=line["pieces"]) for line in lines
        ),
        moves=_moves(card, role),
        note=_note(card, names),
    )


def _note(card: Card, names: Any) -> Said | None:
    """Say why a message waits, or that the buyer hurries us, as long as the card is what they were waiting for."""
    if names["reasons"]:
        return queue.words_of(names["reasons"][0])
    if names["hurried_at"] is None or names["hurried_at"] < card.entered_at:
        return None
    return Said("wall.hurried", {"n": names["hurries"]})


def _moves(card: Card, role: str) -> tuple[Offer, ...]:
    """A message is replayed or dismissed where it can be read; everything else is moved on its card."""
    if card.kind == "message":
        return ()
    return offered(card.kind, card.stage, subject=card.subject, visit=card.visit, roles=[role], most=_BUTTONS)


async def _numbers(tx: Transaction, role: str, scope: Scope) -> tuple[int, int]:
    """Return how many cards stand on the wall, and how many were done since midnight; both from the folded counts."""
    midnight = clock.now().astimezone(times.zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    standing = done = 0
    for kind, flow in all_flows().items():
        owned = {stage.name for stage in flow.stages if stage.role == role}
        if not owned:
            continue
        counted = await counts.counts(tx, kind, scope.shops, scope.warehouses)
        standing += sum(n for (stage, measure), n in counted.items() if measure == "open" and stage in owned)
        ended = await counts.since(tx, kind, "done", midnight, shops=scope.shops, warehouses=scope.warehouses)
        done += sum(n for stage, _, n in ended if stage in owned)
    return standing, done
