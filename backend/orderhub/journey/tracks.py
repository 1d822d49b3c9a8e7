"""Tracks: an order as its buyer sees it, read at one moment: every parcel, where it is, what it waits for, its promise."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from orderhub.journey.promises import Promise, Way, promise
from orderhub.journey.stays import Stay, stays
from orderhub.journey.steps import Step, steps
from orderhub.kernel import calendars
from orderhub.kernel.errors import NotFound
from orderhub.kernel.flows import flow
from orderhub.kernel.postgres import Transaction
from orderhub.rendering.catalogue import Words

_ORDER = """
    select o.id, o.number, o.placed_at, o.currency, o.paid_minor, h.name as shop, s.stage, s.visit_id, s.warehouse_id,
           r.masked_name, r.masked_phone, coalesce(l.hurries, 0) as hurries, l.hurried_at
    from orders o join subjects s on s.id = o.id join shops h on h.id = o.shop_id
    left join receivers r on r.order_id = o.id left join journey_links l on l.order_id = o.id
    where o.id = $1
"""
_PARCELS = """
    select p.id, s.stage, s.warehouse_id, w.name as warehouse, p.carrier, p.waybill,
           (select jsonb_agg(jsonb_build_object('name', l.name, 'pieces', l.pieces) order by l.line_no)
            from shipment_lines l where l.shipment_id = p.id) as goods
    from shipments p join subjects s on s.id = p.id left join warehouses w on w.id = s.warehouse_id
    where p.order_id = $1 order by length(p.number), p.number
"""
_SHOWN: dict[str, Any] = {"goods": (), "warehouse": "", "carrier": "", "waybill": ""}
_REFUNDS = "select amount_minor, at from order_money where order_id = $1 and kind = 'refund' order by at"


class Track(msgspec.Struct, frozen=True, kw_only=True):
    """One parcel, or the order itself while it has none. ``n`` is what the buyer calls it: parcel 1, 2, 3."""

    n: int
    kind: str
    subject: UUID
    stays: Sequence[Stay]
    steps: Sequence[Step]
    promise: Promise
    is_stuck: bool
    is_end: bool
    goods: Sequence[Mapping[str, Any]] = ()
    warehouse: str = ""
    carrier: str = ""
    waybill: str = ""

    @property
    def here(self) -> Stay:
        """Return where it is now."""
        return self.stays[-1]

    @property
    def stuck_since(self) -> datetime | None:
        """Return since when it is stuck: since its time was over, or since it was lost."""
        if not self.is_stuck:
            return None
        due = self.here.due_at
        is_lost = flow(self.kind).stage(self.here.stage).tone == "bad"
        return self.here.entered_at if is_lost or due is None else due


class Refund(msgspec.Struct, frozen=True):
    """Money that went back."""

    amount_minor: int
    at: datetime


class Tracks(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page tells, read at one moment."""

    order: Any
    trunk: Sequence[Stay]
    tracks: Sequence[Track]
    refunds: Sequence[Refund]
    now: datetime

    @property
    def are_parcels(self) -> bool:
        """Tell whether the tracks are parcels, and not the order itself."""
        return self.tracks[0].kind != "order"

    @property
    def stuck(self) -> Sequence[Track]:
        """Return what stands longer than it should."""
        return [track for track in self.tracks if track.is_stuck]

    @property
    def ended(self) -> Sequence[Track]:
        """Return what has reached its end."""
        return [track for track in self.tracks if track.is_end]

    @property
    def slowest(self) -> Track:
        """Return the track by which the order is judged: a stuck one, else the least advanced, else the last one there."""

        def how_far(track: Track) -> tuple[bool, int, float]:
            rank = flow(track.kind).rank(track.here.stage)
            return (not track.is_stuck, rank, -track.here.entered_at.timestamp())

        return min(self.tracks, key=how_far)


async def tracks(tx: Transaction, order_id: UUID, words: Words, *, now: datetime) -> Tracks:
    """Read an order for its buyer. Cancelled parcels are not shown, unless nothing else was ever sent."""
    order = await tx.fetchrow(_ORDER, order_id)
    if order is None:
        raise NotFound(subject=str(order_id))
    rows = [row for row in await tx.fetch(_PARCELS, order_id) if row["stage"] != "cancelled"]
    found = await stays(tx, order_id)
    hours = await calendars.of(tx, {order["warehouse_id"], *(row["warehouse_id"] for row in rows)})
    own = found[order_id]
    trunk = [stay for stay in own if not flow("order").stage(stay.stage).rolled_up]
    ways = {place: Way(flow("order"), calendar) for place, calendar in hours.items()}
    looking = _Looking(before=trunk, is_over=flow("order").stage(order["stage"]).final, words=words, now=now)
    made = [
        looking.at(
            *(n, "shipment", row["id"], found[row["id"]]),
            way=ways[row["warehouse_id"]],
            **{name: row[name] or default for name, default in _SHOWN.items()},
        )
        for n, row in enumerate(rows, start=1)
    ] or [looking.at(1, "order", order_id, own, way=ways[order["warehouse_id"]])]
    refunds = [Refund(**dict(row)) for row in await tx.fetch(_REFUNDS, order_id)]
    return Tracks(order=order, trunk=trunk, tracks=made, refunds=refunds, now=now)


class _Looking(msgspec.Struct, frozen=True, kw_only=True):
    """What is the same for everything one page tells."""

    before: Sequence[Stay]
    is_over: bool
    words: Words
    now: datetime

    def at(self, n: int, kind: str, subject: UUID, own: Sequence[Stay], *, way: Way, **shown: Any) -> Track:
        """Return the track of a parcel or of the order; when the order is over, nothing of it is stuck any more."""
        stage = flow(kind).stage(own[-1].stage)
        is_end = self.is_over or (stage.final and stage.limit_minutes is None)
        is_late = stage.limit_minutes is not None and own[-1].is_late(self.now)
        before = self.before if kind != "order" else ()
        return Track(
            n=n,
            kind=kind,
            subject=subject,
            stays=own,
            steps=steps(flow(kind), own, self.words, now=self.now),
            promise=Promise() if is_end else promise(way, kind, own, before=before, now=self.now),
            is_stuck=not is_end and (is_late or stage.tone == "bad"),
            is_end=is_end,
            **shown,
        )
