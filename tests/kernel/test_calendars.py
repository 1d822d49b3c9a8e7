"""A limit runs while the place is open, and stands still while it is closed."""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderhub.kernel import calendars
from orderhub.kernel.calendars import ALWAYS, Calendar, Hours, Span

SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE_TO_SIX: Hours = (Span(9 * 60, 12 * 60), Span(13 * 60, 18 * 60))
OFFICE = Calendar(week=(*(NINE_TO_SIX,) * 5, (), ()), time_zone="Asia/Shanghai")
NIGHTS = Calendar(week=((Span(22 * 60, 30 * 60),),) * 7, time_zone="Asia/Shanghai")
MINUTE = timedelta(minutes=1)

# Changes at midnight (Cairo, Havana, Beirut, Azores), by half an hour (Lord Howe), a skipped day (Apia), no change.
ZONES = (
    *("UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Africa/Cairo", "America/Havana"),
    *("Asia/Beirut", "Atlantic/Azores", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"),
)


def shanghai(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=SHANGHAI)  # type: ignore[arg-type,misc]


def spans() -> st.SearchStrategy[Span]:
    return st.builds(
        lambda opens, length: Span(opens, opens + length), st.integers(0, 1439), st.integers(1, 1440)
    )


def day_hours(least: int = 0) -> st.SearchStrategy[Hours]:
    return st.lists(spans(), min_size=least, max_size=3).map(tuple)


def some_calendars() -> st.SearchStrategy[Calendar]:
    days = st.dates(date(2011, 12, 25), date(2012, 1, 20)) | st.dates(date(2026, 3, 1), date(2026, 11, 30))
    return st.builds(
        Calendar,
        week=st.tuples(day_hours(1), *[day_hours()] * 6),
        holidays=st.frozensets(days, max_size=4),
        extra_days=st.dictionaries(days, day_hours(), max_size=3).map(lambda extra: tuple(extra.items())),
        time_zone=st.sampled_from(ZONES),
    )


def moments() -> st.SearchStrategy[datetime]:
    years = (2011, 12, 20), (2026, 3, 1), (2026, 10, 1)
    return st.builds(
        lambda year, minutes: datetime(*year, tzinfo=UTC) + timedelta(minutes=minutes),  # type: ignore[misc]
        st.sampled_from(years),
        st.integers(0, 45 * 1440),
    )


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Tell it the slow way: does any shift of the days around cover this moment?"""
    zone = ZoneInfo(calendar.time_zone)
    today = at.astimezone(zone).date()
    for back in range(-1, 4):
        day = today - timedelta(days=back)
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
        for span in calendar.hours(day):
            opens = (midnight + span.opens_minute * MINUTE).astimezone(UTC)
            closes = (midnight + span.closes_minute * MINUTE).astimezone(UTC)
            if opens <= at < closes:
                return True
    return False


def open_minutes(calendar: Calendar, begin: datetime, end: datetime) -> int:
    minutes = itertools.takewhile(lambda at: at < end, (begin + n * MINUTE for n in itertools.count()))
    return sum(is_open(calendar, at) for at in minutes)


def test_a_place_without_a_calendar_is_open_day_and_night() -> None:
    entered = datetime(2026, 11, 22, 23, 50, tzinfo=UTC)
    assert calendars.due(entered, 30, ALWAYS) == datetime(2026, 11, 23, 0, 20, tzinfo=UTC)


def test_a_limit_stands_still_over_lunch_the_night_and_the_weekend() -> None:
    assert calendars.due(shanghai(2026, 11, 20, 11, 30), 60, OFFICE) == shanghai(2026, 11, 20, 13, 30)
    assert calendars.due(shanghai(2026, 11, 20, 17, 30), 60, OFFICE) == shanghai(2026, 11, 23, 9, 30)


def test_a_limit_that_ends_with_the_shift_is_due_at_its_end() -> None:
    assert calendars.due(shanghai(2026, 11, 20, 17, 0), 60, OFFICE) == shanghai(2026, 11, 20, 18, 0)


def test_a_subject_that_enters_at_night_waits_for_the_opening() -> None:
    assert calendars.due(shanghai(2026, 11, 19, 3, 0), 10, OFFICE) == shanghai(2026, 11, 19, 9, 10)


def test_a_night_shift_goes_on_past_midnight() -> None:
    assert calendars.due(shanghai(2026, 11, 20, 23, 30), 120, NIGHTS) == shanghai(2026, 11, 21, 1, 30)
    assert calendars.due(shanghai(2026, 11, 21, 5, 30), 60, NIGHTS) == shanghai(2026, 11, 21, 22, 30)


def test_a_holiday_cancels_the_shifts_that_open_on_it_and_not_the_night_before() -> None:
    calendar = msgspec.structs.replace(NIGHTS, holidays=frozenset({date(2026, 11, 21)}))
    assert calendars.due(shanghai(2026, 11, 21, 5, 0), 30, calendar) == shanghai(2026, 11, 21, 5, 30)
    assert calendars.due(shanghai(2026, 11, 21, 5, 30), 60, calendar) == shanghai(2026, 11, 22, 22, 30)


def test_an_extra_working_day_has_its_own_hours_even_on_a_holiday() -> None:
    saturday = date(2026, 11, 21)
    calendar = msgspec.structs.replace(
        OFFICE, holidays=frozenset({saturday}), extra_days=((saturday, (Span(600, 660),)),)
    )
    assert calendars.due(shanghai(2026, 11, 20, 17, 30), 60, calendar) == shanghai(2026, 11, 21, 10, 30)


def test_an_hour_that_the_clock_skips_is_not_an_open_hour() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    calendar = Calendar(week=((Span(60, 240),),) * 7, time_zone="Europe/Berlin")
    entered = datetime(2026, 3, 29, 1, 0, tzinfo=berlin)
    assert calendars.due(entered, 120, calendar) == datetime(2026, 3, 29, 4, 0, tzinfo=berlin)


def test_an_hour_that_the_clock_repeats_is_open_twice() -> None:
    calendar = Calendar(week=((Span(60, 240),),) * 7, time_zone="Europe/Berlin")
    entered = datetime(2026, 10, 25, 1, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert calendars.due(entered, 240, calendar) == datetime(2026, 10, 25, 3, 0, tzinfo=UTC)


@settings(max_examples=60, deadline=None)
@given(some_calendars(), moments(), st.integers(1, 400))
def test_between_entering_and_due_lie_exactly_the_limits_open_minutes(
    calendar: Calendar, entered: datetime, limit: int
) -> None:
    due = calendars.due(entered, limit, calendar)
    assert open_minutes(calendar, entered, due) == limit
    assert is_open(calendar, due - MINUTE)


@settings(max_examples=300, deadline=None)
@given(some_calendars(), moments(), st.integers(0, 20_000), st.integers(0, 5_000))
def test_counting_a_limit_in_two_parts_changes_nothing(
    calendar: Calendar, entered: datetime, first: int, second: int
) -> None:
    halfway = calendars.due(entered, first, calendar)
    assert calendars.due(halfway, second, calendar) == calendars.due(entered, first + second, calendar)
    assert halfway >= entered


@settings(max_examples=300, deadline=None)
@given(some_calendars(), moments(), st.integers(0, 20_000), st.integers(0, 3_000))
def test_whoever_enters_later_is_not_due_earlier(
    calendar: Calendar, entered: datetime, limit: int, later: int
) -> None:
    due = calendars.due(entered, limit, calendar)
    assert calendars.due(entered + later * MINUTE, limit, calendar) >= due


@pytest.mark.parametrize(
    "wrong",
    [
        {"week": [[], [], [], [], [], [], []]},
        {"week": [[[0, 1441]], [], [], [], [], [], []]},
        {"week": [[[600, 600]], [], [], [], [], [], []]},
        {"week": [[[1440, 1500]], [], [], [], [], [], []]},
        {"week": [[[0, 60]]]},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../etc/passwd"},
    ],
)
def test_a_calendar_that_makes_no_sense_cannot_be_made(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, Calendar)
