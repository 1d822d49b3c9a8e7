"""One value at a time: exact, or refused with what was expected and what came."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderhub.intake.contract import MAX_AMOUNT_MINOR
from orderhub.intake.generic import values
from orderhub.intake.generic.values import Unfit
from orderhub.intake.reasons import Code

yuan = values.amount("major", "CNY")
cents = values.amount("minor", "CNY")


def refusal(convert: Any, value: object) -> Unfit:
    with pytest.raises(Unfit) as refused:
        convert(value)
    return refused.value


@given(st.integers(0, MAX_AMOUNT_MINOR))
def test_an_amount_in_yuan_is_its_cents_exactly(minor: int) -> None:
    written = f"{minor // 100}.{minor % 100:02}"
    assert yuan(written) == yuan(Decimal(written)) == minor
    assert cents(minor) == cents(str(minor)) == minor


@pytest.mark.parametrize(
    ("value", "minor"),
    [("1.10", 110), (Decimal("1.10"), 110), (Decimal("1E+2"), 10000), ("38.000", 3800), (38, 3800), ("0", 0)],
)
def test_every_way_of_writing_an_amount_is_read(value: object, minor: int) -> None:
    assert yuan(value) == minor


@pytest.mark.parametrize(
    "value",
    [
        "1.005",
        Decimal("1.0000000000000000000000000000000000001"),
        Decimal("1E+300"),
        Decimal("1E-300"),
        -1,
        "-0.01",
        "1,234.00",
        "¥1",
        "１",
        "1e3",
        "",
        "NaN",
        True,
        [],
        10**18,
    ],
)
def test_what_is_no_exact_amount_is_refused(value: object) -> None:
    assert refusal(yuan, value).code == Code.NOT_AN_AMOUNT


@pytest.mark.parametrize(("currency", "minor"), [("JPY", 12), ("CNY", 1200), ("KWD", 12000)])
def test_the_currency_decides_the_digits_of_major_units(currency: str, minor: int) -> None:
    assert values.amount("major", currency)(12) == minor


@pytest.mark.parametrize("value", [1, "2", Decimal("3.0"), "4.00", 1_000_000])
def test_whole_pieces_are_a_quantity(value: object) -> None:
    assert values.quantity(value) == int(Decimal(str(value)))


@pytest.mark.parametrize("value", [0, -1, "1.5", Decimal("0.5"), 1_000_001, False, None, "two", {}])
def test_anything_else_is_not(value: object) -> None:
    assert refusal(values.quantity, value).code == Code.NOT_A_QUANTITY


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("007", "007"),
        (9007199254740993123, "9007199254740993123"),
        (Decimal("1.10"), "1.10"),
        (Decimal("1E-7"), "0.0000001"),
        ("  A-1 ", "A-1"),
        ("", None),
        ("号", "号"),
    ],
)
def test_an_outside_number_survives_to_the_last_digit(value: object, number: str | None) -> None:
    assert values.outside_number(value) == number


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("A\n1", Code.FORBIDDEN_CHARACTERS),
        ("A\ufffd1", Code.FORBIDDEN_CHARACTERS),
        ("A\u202e1", Code.FORBIDDEN_CHARACTERS),
        ("x" * 101, Code.TOO_LONG),
        (10**200, Code.TOO_LONG),
        (10**4000, Code.TOO_LONG),
        (True, Code.WRONG_TYPE),
        ([], Code.WRONG_TYPE),
    ],
)
def test_a_number_that_is_none_is_refused(value: object, code: Code) -> None:
    assert refusal(values.outside_number, value).code == code


NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("2026-03-09T12:00:00Z", "iso"),
        ("2026-03-09T20:00:00+08:00", "iso"),
        ("2026-03-09 20:00:00", "iso"),
        ("09.03.2026 20:00", "%d.%m.%Y %H:%M"),
        (1773057600, "seconds"),
        ("1773057600", "seconds"),
        (1773057600000, "milliseconds"),
        (Decimal("1773057600.0"), "seconds"),
        (1773057600000000, "microseconds"),
    ],
)
def test_a_time_is_read_into_utc(value: object, form: str) -> None:
    assert values.time_in((form,), "Asia/Shanghai")(value) == NOON


def test_seconds_and_milliseconds_may_stand_side_by_side() -> None:
    convert = values.time_in(("seconds", "milliseconds"), "UTC")
    assert convert(1773057600) == convert(1773057600000) == NOON


def test_a_fraction_of_a_second_is_kept() -> None:
    found = values.time_in(("seconds",), "UTC")(Decimal("1773057600.123456"))
    assert found is not None
    assert found.microsecond == 123456


@pytest.mark.parametrize(
    "value", ["yesterday", "2026-13-01", 0, 10**30, True, [], "0001-01-01T00:00:00+14:00"]
)
def test_what_is_no_time_is_refused(value: object) -> None:
    found = refusal(values.time_in(("iso", "seconds"), "UTC"), value)
    assert (found.code, found.expected) == (Code.UNREADABLE_TIME, "2026-03-09T17:04:05+00:00 | 1773075845")


def test_a_status_goes_through_its_table() -> None:
    convert = values.status_in({"2": "paid", "x": "ignore", "true": "paid"})
    assert convert(2) == convert("2") == convert(True) == "paid"
    assert convert("x") is None
    assert convert("") is None
    found = refusal(convert, "shipped")
    assert (found.code, found.expected, found.got) == (Code.UNKNOWN_STATUS, "2, x, true", "shipped")


def test_only_the_shops_currency_is_taken() -> None:
    convert = values.currency_of("CNY")
    assert convert("cny") == "CNY"
    assert convert("") is None
    assert (refusal(convert, "USD").code, refusal(convert, "USD").expected) == (Code.UNKNOWN_CURRENCY, "CNY")
