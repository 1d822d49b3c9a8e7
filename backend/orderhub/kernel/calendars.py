"""Opening hours: when a time limit runs, and when it stands still.

A place is a warehouse; 0 stands for the organisation, whose calendar holds for subjects without a warehouse and for
warehouses without a calendar of their own. Where nobody wrote any, a place is open day and night.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from orderhub.kernel import ledger
from orderhub.kernel.actors import Actor, may
from orderhub.kernel.errors import NotAllowed, NotFound
from orderhub.kernel.ledger import Change
from orderhub.kernel.postgres import Transaction

ORGANISATION = 0
EDITORS = ("operations", "manager", "admin")

_DAY = 24 * 60
_CACHE_SECONDS = 5.0


class Span(msgspec.Struct, frozen=True, array_like=True):
    """A shift in minutes since midnight of the day it opens on: 22:00 to 06:00 is (1320, 1800). At most 24 hours."""

    opens_minute: int
    closes_minute: int

    def __post_init__(self) -> None:
        if not (0 <= self.opens_minute < _DAY and 0 < self.closes_minute - self.opens_minute <= _DAY):
            raise ValueError(
                f"expected a shift of at most 24 h, got {self.opens_minute} to {self.closes_minute}"
            )


Hours = tuple[Span, ...]
ROUND_THE_CLOCK: Hours = (Span(0, _DAY),)


class Calendar(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """The opening hours of a place: a week from Monday on, and the days that differ from it.

    A shift belongs to the day it opens on: a holiday cancels those that would open on it, not the night before.
    An extra day has hours of its own, whatever weekday or holiday it is.
    """

    week: tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours] = (ROUND_THE_CLOCK,) * 7
    holidays: frozenset[date] = frozenset()
    extra_days: tuple[tuple[date, Hours], ...] = ()
    time_zone: str = "UTC"

    def __post_init__(self) -> None:
        if not any(self.week):
            raise ValueError("expected at least one shift a week, got none")
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"expected a time zone like Asia/Shanghai, got {self.time_zone!r}") from None

    def hours(self, day: date) -> Hours:
        """Return the shifts that open on a day."""
        for extra, hours in self.extra_days:
            if extra == day:
                return hours
        return () if day in self.holidays else self.week[day.weekday()]


ALWAYS = Calendar()


def due(entered: datetime, limit_minutes: int, calendar: Calendar) -> datetime:
    """Return the moment at which the place has been open for the limit since a subject entered, in UTC."""
    if limit_minutes < 0:
        raise ValueError(f"expected a limit of at least 0 minutes, got {limit_minutes}")
    at, left = entered.astimezone(UTC), timedelta(minutes=limit_minutes)
    if not left or (calendar.week == ALWAYS.week and not calendar.holidays and not calendar.extra_days):
        return at + left
    for opens, closes in _shifts_from(at, calendar):
        begins = max(opens, at)
        if closes - begins >= left:
            return begins + left
        if closes > begins:  # shifts may overlap: an hour counts once
            left -= closes - begins
            at = closes
    raise OverflowError("expected a place that opens again, got one that never does")


async def of(tx: Transaction, places: Iterable[int | None]) -> dict[int | None, Calendar]:
    """Return the calendar of each place (a warehouse, or None), at most 5 s old."""
    known = await _all(tx)
    fallback = known.get(ORGANISATION, ALWAYS)
    return {place: known.get(place or ORGANISATION, fallback) for place in places}


async def set_calendar(
    tx: Transaction, place: int, calendar: Calendar, *, actor: Actor, why: str | None = None
) -> None:
    """Give a place its opening hours. They hold for limits that begin from now on; running ones keep their due time."""
    if may(actor, EDITORS) is None:
        raise NotAllowed(needed=list(EDITORS), got=sorted(actor.roles))
    if actor.warehouses is not None and place not in actor.warehouses:
        raise NotFound(warehouse=place)
    await tx.execute("select pg_advisory_xact_lock(hashtext('calendars'), $1)", place)
    row = await tx.fetchrow("select * from calendars where warehouse_id = $1", place)
    before = _calendar(row) if row else None
    if before == calendar:
        return
    await tx.execute(
        """insert into calendars (warehouse_id, hours, holidays, extra_days, time_zone) values ($1, $2, $3, $4, $5)
           on conflict (warehouse_id) do update set hours = excluded.hours, holidays = excluded.holidays,
               extra_days = excluded.extra_days, time_zone = excluded.time_zone""",
        *(place, calendar.week, sorted(calendar.holidays), calendar.extra_days, calendar.time_zone),
    )
    change = Change(f"calendar.{place}", _told(before), _told(calendar))
    await ledger.record(tx, stream="settings", action="calendar.set", actor=actor, changes=[change], why=why)
    tx.after_commit(_forget)


def forget() -> None:
    """Read the calendars afresh next time."""
    global _read
    _read = None


_read: tuple[float, dict[int, Calendar]] | None = None


async def _all(tx: Transaction) -> dict[int, Calendar]:
    global _read
    if _read is None or time.monotonic() - _read[0] > _CACHE_SECONDS:
        began = time.monotonic()
        rows = await tx.fetch("select * from calendars")
        _read = began, {row["warehouse_id"]: _calendar(row) for row in rows}
    return _read[1]


async def _forget() -> None:
    forget()


def _calendar(row: Mapping[str, Any]) -> Calendar:
    return msgspec.convert({**row, "week": row["hours"]}, Calendar)


def _told(calendar: Calendar | None) -> object:
    return None if calendar is None else msgspec.to_builtins(calendar, order="deterministic")


def _shifts_from(at: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    # Two days back: a shift of the day before may still run, and a zone may jump over the date line.
    day = at.astimezone(ZoneInfo(calendar.time_zone)).date() - timedelta(days=2)
    while day < date.max:
        yield from _shifts(calendar, day)
        day += timedelta(days=1)


@lru_cache(maxsize=4096)
def _shifts(calendar: Calendar, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """Return when the place opens and closes on a day, in UTC; a clock set forward inside a shift shortens it."""
    midnight = datetime.combine(day, time_of_day(), ZoneInfo(calendar.time_zone))
    moments = [
        tuple(
            (midnight + timedelta(minutes=m)).astimezone(UTC) for m in (span.opens_minute, span.closes_minute)
        )
        for span in calendar.hours(day)
    ]
    return tuple(sorted((opens, closes) for opens, closes in moments if opens < closes))
