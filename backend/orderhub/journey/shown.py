"""What the page shows: the tracks of an order put into words, forms and drawings. Everything here is the same for everybody
who holds the link; people's names arrive masked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from orderhub.journey import hurries, receipts
from orderhub.journey.lanes import Lane, drawn, lanes
from orderhub.journey.promises import Promise
from orderhub.journey.steps import held
from orderhub.journey.story import Happening, holder, story, waits_for
from orderhub.journey.tracks import Refund, Track, Tracks
from orderhub.kernel.flows import flow
from orderhub.rendering.catalogue import Said

_GOODS = 3
_WORTH_SAYING_SECONDS = 60


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the list: what is in it, where it is, by when it is there."""

    n: int
    tone: str
    icon: str
    word: str
    is_stuck: bool
    promise: Promise
    ended_at: datetime | None
    goods: Sequence[Any]
    more_goods: int
    carrier: str
    waybill: str
    visit: str
    may_receive: bool


class Stuck(msgspec.Struct, frozen=True, kw_only=True):
    """What the banner says of a parcel: what it waits for, who has it since when, since when it is late, until when."""

    n: int
    waits_for: Said
    holder: Said
    since: datetime
    due_at: datetime | None
    expected_at: datetime | None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of the bar of holders, in percent of the whole time."""

    holder: Said
    tone: str
    seconds: int
    start: float
    width: float
    is_late: bool


class Hurry(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the buyer may hurry us, for which time it would be, and when they last did."""

    number: int
    hurried_at: datetime | None
    again_at: datetime | None


class Journey(msgspec.Struct, frozen=True, kw_only=True):
    """The page."""

    number: str
    shop: str
    currency: str
    buyer: str
    phone: str
    answer: Said
    promise: Promise
    parcels: Sequence[Parcel]
    stuck: Sequence[Stuck]
    parts: Sequence[Part]
    parts_of: int | None
    rows: Sequence[Happening]
    lanes: Sequence[Lane]
    others: int
    refunds: Sequence[Refund]
    hurry: Hurry | None
    confirm: str | None
    expires_at: datetime | None
    now: datetime


def journey(told: Tracks, *, expires_at: datetime | None) -> Journey:
    """Return the page of an order."""
    order, rows = told.order, story(told)
    several = len(told.tracks) > 1
    return Journey(
        number=order["number"],
        shop=order["shop"],
        currency=order["currency"],
        buyer=order["masked_name"] or "",
        phone=order["masked_phone"] or "",
        answer=_answer(told),
        promise=_whole(told),
        parcels=[_parcel(track) for track in told.tracks] if told.are_parcels else (),
        stuck=[_stuck(track) for track in told.stuck],
        parts=_parts(told),
        parts_of=told.slowest.n if several else None,
        rows=rows,
        lanes=lanes(told, rows),
        others=len(told.tracks) - len(drawn(told.tracks)),
        refunds=told.refunds,
        hurry=_hurry(order),
        confirm=str(order["visit_id"]) if receipts.may_receive("order", order["stage"]) else None,
        expires_at=expires_at,
        now=told.now,
    )


def _answer(told: Tracks) -> Said:
    """The headline is the answer: what is stuck, how much is there, or how far it all is."""
    n, stuck, there = len(told.tracks), len(told.stuck), len(told.ended)
    stage = Said(f"journey.order.{told.order['stage']}")
    if stuck and n == 1:
        return Said("journey.answer.one_stuck")
    if stuck:
        return Said("journey.answer.stuck", {"n": n, "stuck": stuck})
    if n == 1 or flow("order").stage(told.order["stage"]).final:
        return stage
    if 0 < there < n:
        return Said("journey.answer.some", {"n": n, "there": there})
    return Said("journey.answer.all", {"n": n, "stage": stage})


def _whole(told: Tracks) -> Promise:
    """The promise of an order is that of its last parcel; while one is unknown, so is the whole."""
    open_ones = [track.promise for track in told.tracks if not track.is_end]
    known = [promise.by for promise in open_ones if promise.by is not None]
    by = max(known) if known and len(known) == len(open_ones) else None
    told_before = [promise.was or promise.by for promise in open_ones]
    was = max((moment for moment in told_before if moment is not None), default=None)
    return Promise(by, was if was is not None and by is not None and by > was else None)


def _parcel(track: Track) -> Parcel:
    stage = flow(track.kind).stage(track.here.stage)
    step = track.steps[-1]
    return Parcel(
        n=track.n,
        tone="bad" if track.is_stuck else stage.tone,
        icon=step.icon,
        word=step.word,
        is_stuck=track.is_stuck,
        promise=track.promise,
        ended_at=track.here.entered_at if stage.final else None,
        goods=track.goods[:_GOODS],
        more_goods=max(0, len(track.goods) - _GOODS),
        carrier=track.carrier,
        waybill=track.waybill,
        visit=str(track.here.visit),
        may_receive=receipts.may_receive(track.kind, track.here.stage),
    )


def _stuck(track: Track) -> Stuck:
    here = track.here
    return Stuck(
        n=track.n,
        waits_for=waits_for(track),
        holder=holder(track, flow(track.kind).stage(here.stage).tone),
        since=here.entered_at,
        due_at=here.due_at,
        expected_at=here.expected_at,
    )


def _parts(told: Tracks) -> list[Part]:
    """Who held the slowest parcel for how long, its order before it was a parcel included."""
    track = told.slowest
    trunk = [stay for stay in told.trunk if flow("order").stage(stay.stage).limit_minutes is not None]
    whole = held(flow("order"), trunk, now=told.now) if told.are_parcels else []
    whole += held(flow(track.kind), track.stays, now=told.now)
    whole = [part for part in whole if part.seconds >= _WORTH_SAYING_SECONDS] or whole[-1:]
    total = sum(part.seconds for part in whole) or 1.0
    parts, start = [], 0.0
    for part in whole:
        width = 100 * part.seconds / total
        parts.append(
            Part(
                holder=holder(track, part.tone),
                tone="bad" if part.is_late else part.tone,
                seconds=int(part.seconds),
                start=start,
                width=width,
                is_late=part.is_late,
            )
        )
        start += width
    return parts


def _hurry(order: Any) -> Hurry | None:
    if not hurries.may_hurry(order["stage"]):
        return None
    hurried_at = order["hurried_at"]
    return Hurry(number=order["hurries"] + 1, hurried_at=hurried_at, again_at=hurries.again_at(hurried_at))
