"""Meters: what was counted, and nothing else, is told."""

import pytest

from orderhub.observability import meters
from orderhub.observability.meters import Counter, Gauge, Histogram


@pytest.fixture(autouse=True)
def _meters_of_this_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meters, "_known", {})


def test_a_counter_without_labels_is_told_before_anything_happened() -> None:
    counter = Counter("x_total", "x")
    assert counter.told().samples == [((), (0.0,))]
    counter.add()
    assert counter.told().samples == [((), (1.0,))]


def test_a_value_on_a_bound_lies_below_it() -> None:
    histogram = Histogram("x", "x", "queue", bounds=(1.0, 2.0))
    for value in (0.5, 1.0, 1.5, 2.0, 9.0):
        histogram.of("a").observe(value)
    assert histogram.told().samples == [(("a",), (2, 2, 1, 14.0))]


def test_a_gauge_is_asked_when_it_is_told() -> None:
    waiting = [1, 2]
    gauge = Gauge("x", "x")
    gauge.ask(lambda: len(waiting))
    waiting.append(3)
    assert gauge.told().samples == [((), (3.0,))]


def test_a_meter_that_fails_is_left_out_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> float:
        raise OSError

    Gauge("ill", "x").ask(fail)
    Gauge("well", "x").ask(lambda: 1)
    assert [family.name for family in meters.told()] == ["well"]
    assert "the meter ill says nothing" in caplog.text


def test_a_name_is_given_once() -> None:
    Counter("x_total", "x")
    with pytest.raises(ValueError, match="x_total twice"):
        Gauge("x_total", "x")
