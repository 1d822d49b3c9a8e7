"""The story: what happened to an order and its parcels, as rows of a page, newest first, with who held it and how long."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from orderhub.journey.stays import Stay
from orderhub.journey.steps import Step, word_of
from orderhub.journey.tracks import Track, Tracks
from orderhub.kernel.flows import flow
from orderhub.rendering import formats
from orderhub.rendering.catalogue import Said

# At one moment, in this order.
_TRUNK, _OPENED, _STEP, _MISSED, _NOW = range(5)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Who held these parcels in this step (none named: all of the row), for how long or since when, and until when at most."""

    holder: Said
    parcels: tuple[int, ...] = ()
    seconds: int | None = None
    since: datetime | None = None
    due_at: datetime | None = None
    is_late: bool = False


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """One row. ``parcels`` are those it happened to; none: to the order, before it was in parcels."""

    at: datetime
    place: int
    what: Said
    parcels: tuple[int, ...] = ()
    lines: tuple[Line, ...] = ()
    is_now: bool = False
    is_bad: bool = False


def story(told: Tracks) -> list[Happening]:
    """Return everything that happened, newest first."""
    happened = [*_of_the_order(told), *_of_the_parcels(told), *_missed(told), *_now(told)]
    return sorted(happened, key=lambda row: (row.at, row.place), reverse=True)


def holder(track: Track, tone: str) -> Said:
    """Return who holds a parcel: a carrier by its name, everybody else by what they are to the buyer."""
    if tone in ("ship", "bad") and track.carrier:
        return Said("journey.holder.named", {"name": track.carrier})
    return Said(f"journey.holder.{'ship' if tone == 'bad' else tone}")


def waits_for(track: Track) -> Said:
    """Return what a stuck parcel waits for: the reason somebody gave, else what its stage waits for."""
    if track.here.reason:
        return Said(f"journey.reason.{track.here.reason}")
    return Said(f"journey.wait.{track.kind}.{track.here.stage}")


def _of_the_order(told: Tracks) -> Iterable[Happening]:
    everything = tuple(track.n for track in told.tracks)
    yield Happening(at=told.order["placed_at"], place=_TRUNK, what=Said("journey.event.placed"))
    for stay in told.trunk:
        stage = flow("order").stage(stay.stage)
        if stage.final:
            what = Said(word_of("order", stay.stage))
            yield Happening(at=stay.entered_at, place=_STEP, what=what, parcels=everything)
        elif stage.limit_minutes is not None:
            paid = formats.money(told.order["paid_minor"], told.order["currency"])
            what = Said("journey.event.paid", {"amount": paid})
            lines = _lines([(0, Said("journey.holder.shop"), stay)], told.now)
            yield Happening(at=stay.entered_at, place=_TRUNK, what=what, lines=lines)


def _of_the_parcels(told: Tracks) -> Iterable[Happening]:
    if not told.are_parcels:
        return
    groups: dict[tuple[str, datetime], list[tuple[Track, Step]]] = defaultdict(list)
    for track in told.tracks:
        for number, step in enumerate(track.steps):
            groups[step.word if number else "", _minute(step.entered_at)].append((track, step))
    first = min(at for word, at in groups if not word)
    for (word, at), group in groups.items():
        what = Said(word) if word else _opening(group, is_first=at == first, of=len(told.tracks))
        yield Happening(
            at=group[0][1].entered_at,
            place=_STEP if word else _OPENED,
            what=what,
            parcels=tuple(track.n for track, _ in group),
            lines=_lines([(track.n, holder(track, step.tone), step) for track, step in group], told.now),
        )


def _opening(group: Sequence[tuple[Track, Step]], *, is_first: bool, of: int) -> Said:
    """The first parcels come of the order itself, later ones of a parcel that was split."""
    warehouses = {track.warehouse for track, _ in group}
    data = {"n": len(group), "warehouse": warehouses.pop() if len(warehouses) == 1 else ""}
    if not is_first:
        return Said("journey.event.split_off")
    key = "split" if len(group) > 1 else "begun"
    return Said(f"journey.event.{key}" + ("_at" if data["warehouse"] else ""), data)


def _missed(told: Tracks) -> Iterable[Happening]:
    for track in told.stuck:
        if (due := track.here.due_at) is not None and due <= told.now:
            what = Said("journey.event.missed", {"what": waits_for(track)})
            yield Happening(at=due, place=_MISSED, what=what, parcels=(track.n,), is_bad=True)


def _now(told: Tracks) -> Iterable[Happening]:
    for track in told.stuck:
        tone = flow(track.kind).stage(track.here.stage).tone
        line = Line(holder=holder(track, tone), since=track.here.entered_at)
        what = Said("journey.event.waits", {"what": waits_for(track)})
        yield Happening(
            at=told.now, place=_NOW, what=what, parcels=(track.n,), lines=(line,), is_now=True, is_bad=True
        )


def _lines(held: Sequence[tuple[int, Said, Step | Stay]], now: datetime) -> tuple[Line, ...]:
    """Return one line for all who were held alike, else one for each way of being held."""
    alike: dict[str, tuple[Line, list[int]]] = {}
    for n, who, step in held:
        if (line := _line(who, step, now)) is not None:
            alike.setdefault(repr(line), (line, []))[1].append(n)
    if len(alike) == 1:
        return tuple(line for line, _ in alike.values())
    return tuple(msgspec.structs.replace(line, parcels=tuple(ns)) for line, ns in alike.values())


def _line(who: Said, step: Step | Stay, now: datetime) -> Line | None:
    if isinstance(step, Step) and step.is_end:
        return None
    late = step.is_late if isinstance(step, Step) else step.is_late(now)
    if step.left_at is None:
        return Line(holder=who, since=step.entered_at, due_at=step.due_at, is_late=late)
    minutes = int((step.left_at - step.entered_at).total_seconds()) // 60
    return Line(holder=who, seconds=60 * minutes, due_at=step.due_at, is_late=late) if minutes else None


def _minute(at: datetime) -> datetime:
    """What happens to several parcels within one minute is told once."""
    return at.replace(second=0, microsecond=0)
