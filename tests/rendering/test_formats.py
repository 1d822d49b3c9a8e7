"""Amounts, numbers and stretches of time."""

import json
from datetime import timedelta

import pytest

from orderhub.rendering import places
from orderhub.rendering.catalogue import words
from orderhub.rendering.formats import duration, money, number, short_duration

# The page's own script is tried with the same cases.
KNOWN = json.loads((places.web() / "tests" / "durations.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("amount_minor", "currency", "told"),
    [
        (51200, "CNY", "¥512.00"),
        (-5000, "CNY", "−¥50.00"),
        (5, "CNY", "¥0.05"),
        (0, "USD", "US$0.00"),
        (123_456_789_012_345, "EUR", "€1,234,567,890,123.45"),
        (1200, "JPY", "JP¥1,200"),
        (1234, "KWD", "KWD 1.234"),
    ],
)
def test_money_is_written_from_minor_units(amount_minor: int, currency: str, told: str) -> None:
    assert money(amount_minor, currency) == told


def test_numbers_have_their_thousands_apart() -> None:
    assert (number(3284), number(-12)) == ("3,284", "−12")


@pytest.mark.parametrize("lang", KNOWN)
def test_durations_are_those_of_the_page(lang: str) -> None:
    spoken = words(lang)
    assert {name: spoken.text(f"js.{name}") for name in KNOWN[lang]["words"]} == KNOWN[lang]["words"]
    for seconds, *told in KNOWN[lang]["cases"]:
        assert [duration(seconds, spoken), *short_duration(seconds, spoken)] == told


def test_a_stretch_may_be_a_timedelta() -> None:
    assert duration(timedelta(hours=5, minutes=12), words("en")) == "5 h 12 min"
