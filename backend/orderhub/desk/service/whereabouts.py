"""Whereabouts: all that somebody who answers a buyer has to know of an order, read at one moment.

What the buyer's page promises and what the staff's pages say of holders and limits are told together, so that both
are the same on the telephone.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from orderhub.delivery import contents
from orderhub.delivery.contents import Child, Line
from orderhub.journey import links
from orderhub.journey.answering import Answer, answers
from orderhub.journey.order.sharing import Explainable, Sharing, sharing
from orderhub.journey.promises import Promise
from orderhub.journey.steps import word_of
from orderhub.journey.story import waits_for
from orderhub.journey.tracks import Track, tracks
from orderhub.kernel import clock
from orderhub.kernel.flows import flow
from orderhub.kernel.postgres import Transaction
from orderhub.orders import one
from orderhub.orders.listing import Reach
from orderhub.orders.one import Head, Money
from orderhub.rendering.catalogue import Said, words
from orderhub.rendering.offers import Offer, offered


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel, or the order while it has none: where it is, who has it, what it waits for, what was promised.

    ``role`` is who of ours looks after it where somebody else holds it.
    """

    n: int
    kind: str
    stage: str
    word: str
    tone: str
    waits_for: Said | None
    expected_at: datetime | None
    promise: Promise
    ended_at: datetime | None
    holder: Said | None
    since: datetime
    role: str | None
    due_at: datetime | None
    is_late: bool
    carrier: str
    waybill: str
    lacks_waybill: bool
    moves: tuple[Offer, ...]
    explainable: Explainable | None


class Whereabouts(msgspec.Struct, frozen=True, kw_only=True):
    """One order on the service desk."""

    head: Head
    outside: str
    parcels: Sequence[Parcel]
    answers: tuple[Answer, ...]
    lines: Sequence[Line]
    money: Money
    sharing: Sharing
    moves: tuple[Offer, ...]


async def whereabouts(
    tx: Transaction, order_id: UUID, reach: Reach, *, roles: Collection[str], lang: str
) -> Whereabouts:
    """Return where an order is; one outside the reach is not found."""
    row = await one.row(tx, order_id, reach)
    head = await one.head(tx, order_id, reach)
    told = await tracks(tx, order_id, words(lang), now=clock.now())
    shared = await sharing(tx, order_id, head.number, roles=roles)
    children = {child.subject: child for child in await contents.children(tx, order_id)}
    late = {one.subject: one for one in shared.explainable}
    return Whereabouts(
        head=head,
        outside=await tx.fetchval("select channel_number from orders where id = $1", order_id),
        parcels=[
            _parcel(track, children.get(track.subject), late.get(track.subject), roles=roles, now=told.now)
            for track in told.tracks
        ],
        answers=answers(told, address=await links.open_address(tx, order_id), first=lang),
        lines=await contents.lines(tx, order_id),
        money=await one.money(tx, order_id, reach),
        sharing=shared,
        moves=offered("order", row["stage"], subject=order_id, visit=row["visit_id"], roles=roles),
    )


def _parcel(
    track: Track,
    child: Child | None,
    explainable: Explainable | None,
    *,
    roles: Collection[str],
    now: datetime,
) -> Parcel:
    here, stage = track.here, flow(track.kind).stage(track.here.stage)
    role = None if track.is_end else stage.role
    holder = _holder(track, role)
    return Parcel(
        n=track.n,
        kind=track.kind,
        stage=here.stage,
        word=word_of(track.kind, here.stage),
        tone="bad" if track.is_stuck else stage.tone,
        waits_for=waits_for(track) if track.is_stuck else None,
        expected_at=here.expected_at,
        promise=track.promise,
        ended_at=here.entered_at if stage.final else None,
        holder=holder,
        since=here.entered_at,
        role=role if role and holder != Said(f"role.{role}") and role != "warehouse" else None,
        due_at=None if track.is_end else here.due_at,
        is_late=here.is_late(now),
        carrier=track.carrier,
        waybill=track.waybill,
        lacks_waybill=_lacks_waybill(track),
        moves=_moves(child, roles) if child else (),
        explainable=explainable if track.is_stuck else None,
    )


def _holder(track: Track, role: str | None) -> Said | None:
    """Name who has it in their hands: the carrier, the warehouse, the buyer who has not paid, or a role of ours."""
    tone = flow(track.kind).stage(track.here.stage).tone
    if track.is_end:
        return None
    if tone in ("ship", "bad"):
        return (
            Said("journey.holder.named", {"name": track.carrier}) if track.carrier else Said("role.carrier")
        )
    if role == "warehouse" and track.warehouse:
        return Said("journey.holder.named", {"name": track.warehouse})
    if tone == "cust":
        return Said("role.buyer")
    return Said(f"role.{role}") if role else None


def _lacks_waybill(track: Track) -> bool:
    """Tell whether a parcel that should have a waybill has none: it is with the carrier, or ready for it."""
    of = flow(track.kind)
    is_parcel = track.kind != "order" and not track.is_end
    return is_parcel and not track.waybill and of.rank(track.here.stage) >= of.rank("packed")


def _moves(child: Child, roles: Collection[str]) -> tuple[Offer, ...]:
    return offered(child.kind, child.stage, subject=child.subject, visit=child.visit, roles=roles)
