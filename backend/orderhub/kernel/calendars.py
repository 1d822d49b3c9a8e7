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

from orderhub.kernel.postgres import Transaction

ORGANISATION = 0

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


def calendar_of(row: Mapping[str, Any]) -> Calendar:
    """Return a calendar as its row holds it."""
    return msgspec.convert({**row, "week": row["hours"]}, Calendar)


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
        _read = began, {row["warehouse_id"]: calendar_of(row) for row in rows}
    return _read[1]


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
