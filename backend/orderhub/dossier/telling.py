"""Telling: what a dossier says of an order, read at one moment and proved in the same moment."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from orderhub.delivery import contents
from orderhub.delivery.contents import Child, Line
from orderhub.dossier import tokens
from orderhub.dossier.entries import Entry, entries
from orderhub.dossier.heads import Head, heads
from orderhub.kernel.postgres import Transaction
from orderhub.orders import one
from orderhub.orders.listing import Reach
from orderhub.orders.one import Money
from orderhub.proof.covering import Covered, cover
from orderhub.proof.family import Family, prove
from orderhub.rendering.catalogue import Words

_NEXT_ANCHOR = "select next_at from recurring_jobs where name = 'anchor.take'"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a dossier says, but for when and by whom it is made."""

    order_id: UUID
    number: str
    shop: str
    stage: str
    placed_at: datetime
    money: Money
    paid_minor: int
    refunded_minor: int
    lines: Sequence[Line]
    parcels: Sequence[Child]
    heads: Sequence[Head]
    entries: Sequence[Entry]
    family: Family
    covered: Covered
    next_anchor_at: datetime | None

    @property
    def holds(self) -> bool:
        """Tell whether the order's chains and columns hold at this moment."""
        return not self.family.chain and not self.family.columns


class Making(msgspec.Struct, frozen=True, kw_only=True):
    """When and by whom a dossier is made, and where it can be checked."""

    made_at: datetime
    name: str
    role: str
    address: str


async def tell(tx: Transaction, order_id: UUID, reach: Reach, words: Words) -> Told:
    """Read an order within somebody's reach."""
    order = await one.row(tx, order_id, reach)
    family = await prove(tx, order_id)
    ends = await heads(tx, order_id, family)
    return Told(
        order_id=order_id,
        number=order["number"],
        shop=order["shop"],
        stage=order["stage"],
        placed_at=order["placed_at"],
        money=await one.money(tx, order_id, reach),
        paid_minor=order["paid_minor"],
        refunded_minor=order["refunded_minor"],
        lines=await contents.lines(tx, order_id),
        parcels=await contents.children(tx, order_id),
        heads=ends,
        entries=await entries(tx, family, ends, words, currency=order["currency"], is_public=False),
        family=family,
        covered=await covered(tx, ends),
        next_anchor_at=await next_anchor_at(tx),
    )


async def covered(tx: Transaction, ends: Sequence[Head], *, known: Sequence[int] = ()) -> Covered:
    """Return which anchors hold these heads; ``known``: those that did when the dossier was made."""
    since = {head.stream: (head.seq, head.at) for head in ends}
    return await cover(tx, tokens.anchors(), heads=since, known=known)


async def next_anchor_at(tx: Transaction) -> datetime | None:
    """Return when the next anchor is to be taken; None where none is planned."""
    planned: datetime | None = await tx.fetchval(_NEXT_ANCHOR) if tokens.anchors() else None
    return planned
