"""Promises: kept or bettered by whatever moves in time, worse only by what was late, unknown while it is late."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

import orderhub.delivery.flow
import orderhub.orders.flow  # noqa: F401  (both register their flows)
from orderhub.journey.promises import Promise, Way, promise
from orderhub.journey.stays import Stay
from orderhub.kernel import calendars
from orderhub.kernel.calendars import ALWAYS, Calendar, Span
from orderhub.kernel.flows import flow

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PATH = ("allocated", "picking", "packed", "collected", "in_transit", "out_for_delivery")
SHIFT = Calendar(week=((Span(8 * 60, 17 * 60),),) * 5 + ((), ()), time_zone="Asia/Shanghai")


def stays(*spent: timedelta, calendar: Calendar = ALWAYS, now: datetime = NOW) -> list[Stay]:
    """A parcel that spent so long in each stage, and stands in the one after them since then."""
    entered = now - sum(spent, timedelta())
    made = []
    for stage, hours in zip(PATH, [*spent, None], strict=False):
        found = flow("shipment").stage(stage)
        due = calendars.due(entered, found.limit_minutes or 0, calendar if found.working_hours else ALWAYS)
        left = None if hours is None else entered + hours
        made.append(Stay(visit=uuid4(), stage=stage, entered_at=entered, due_at=due, left_at=left))
        entered = left or entered
    return made


def promised(own: list[Stay], *, calendar: Calendar = ALWAYS, now: datetime = NOW) -> Promise:
    return promise(Way(flow("order"), calendar), "shipment", own, before=(), now=now)


def hours(n: float) -> timedelta:
    return timedelta(hours=n)


def test_a_new_parcel_is_promised_all_the_time_its_stages_may_take() -> None:
    in_house, with_carrier = 2 + 1 + 4, 24 + 72 + 24
    assert promised(stays()) == Promise(NOW + hours(in_house + with_carrier))


def test_what_moves_faster_than_it_must_is_promised_sooner_and_nothing_is_struck_out() -> None:
    own = stays(hours(1), hours(0.5), hours(1))
    assert promised(own) == Promise(NOW + hours(24 + 72 + 24))


def test_what_is_late_has_no_promise_until_somebody_says_when() -> None:
    own = stays(hours(1))
    late = NOW + hours(3)
    first = promised(own[:1]).by
    assert promised(own, now=late) == Promise(None, min(x for x in (first, promised(own).by) if x))


def test_a_delay_that_is_explained_moves_the_promise_by_as_much() -> None:
    (own,) = stays()
    told = Stay(
        visit=own.visit, stage=own.stage, entered_at=own.entered_at, due_at=own.due_at,
        reason="report", expected_at=NOW + hours(5),
    )  # fmt: skip
    assert promised([told], now=NOW + hours(3)) == Promise(NOW + hours(5 + 5 + 120), NOW + hours(127))


def test_an_explanation_that_has_not_come_true_is_no_promise_any_more() -> None:
    (own,) = stays()
    told = Stay(
        visit=own.visit, stage=own.stage, entered_at=own.entered_at, due_at=own.due_at,
        reason="report", expected_at=NOW + hours(5),
    )  # fmt: skip
    assert promised([told], now=NOW + hours(6)).by is None


def test_what_was_late_and_moved_on_says_what_was_promised_before() -> None:
    own = stays(hours(30))
    found = promised(own)
    assert found.was is not None
    assert found.by is not None
    assert found.by - found.was == hours(28)


def test_a_warehouse_that_is_closed_promises_for_when_it_opens() -> None:
    saturday = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    (own,) = stays(calendar=SHIFT, now=saturday)
    found = promised([own], calendar=SHIFT, now=saturday)
    assert found.by == datetime(2026, 11, 23, 7, 0, tzinfo=UTC) + hours(120)


def test_what_is_there_or_came_back_is_promised_nothing() -> None:
    for stage in ("signed", "returned", "cancelled"):
        own = [*stays(hours(1))[:1], Stay(visit=uuid4(), stage=stage, entered_at=NOW)]
        assert promised(own) == Promise()


def test_what_is_lost_is_promised_nothing_but_says_what_was() -> None:
    own = [*stays(hours(1))[:1], Stay(visit=uuid4(), stage="lost", entered_at=NOW, due_at=NOW + hours(72))]
    assert promised(own).by is None
    assert promised(own).was is not None


@given(st.lists(st.floats(min_value=0.01, max_value=1), min_size=1, max_size=5), st.booleans())
def test_whatever_keeps_its_times_keeps_its_promise(shares: list[float], closes: bool) -> None:
    """Leaving each stage within its limit never makes the promise worse, whatever the hours of the house."""
    calendar = SHIFT if closes else ALWAYS
    entered, own, best = NOW, [], None
    for stage, share in zip(PATH, [*shares, 1.0], strict=False):
        found = flow("shipment").stage(stage)
        due = calendars.due(entered, found.limit_minutes or 0, calendar if found.working_hours else ALWAYS)
        own.append(Stay(visit=uuid4(), stage=stage, entered_at=entered, due_at=due))
        by = promised(own, calendar=calendar, now=entered)
        assert by.was is None
        assert by.by is not None
        assert best is None or by.by <= best
        best = by.by
        entered = entered + share * (due - entered) * 0.999
