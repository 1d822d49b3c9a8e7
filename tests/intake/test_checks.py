"""Whether a message makes sense by itself."""

from datetime import timedelta

import msgspec
import pytest

from orderhub.intake.checks import TOLERANCE, check, check_skus
from orderhub.intake.contract import Amounts, MoneyIn, OrderMessage
from orderhub.intake.reasons import Code, Reason
from tests.intake.messages import NOON, at, line, paid, placed, refunded

NOW = at(60 * 24)


def reasons(message: OrderMessage) -> tuple[Reason, ...]:
    return check(message, currency="CNY", now=NOW)


@pytest.mark.parametrize("message", [placed(), paid(1), refunded(2, number="R", amount_minor=10**9)])
def test_a_sound_message_has_no_reason_against_it(message: OrderMessage) -> None:
    assert reasons(message) == ()


def test_lines_must_add_up_to_the_goods() -> None:
    message = msgspec.structs.replace(placed(), lines=(line(14600), line(1)))
    assert reasons(message) == (
        Reason(code=Code.AMOUNTS_DO_NOT_ADD_UP, field="lines", expected="146.00 CNY", got="146.01 CNY"),
    )


def test_goods_less_discount_plus_shipping_must_be_the_total() -> None:
    owed = Amounts(goods_minor=14600, discount_minor=1000, shipping_minor=800, total_minor=14600)
    (reason,) = reasons(msgspec.structs.replace(placed(), amounts=owed))
    assert (reason.code, reason.expected, reason.got) == (
        Code.AMOUNTS_DO_NOT_ADD_UP,
        "144.00 CNY",
        "146.00 CNY",
    )


def test_refunds_of_one_message_stay_within_its_total() -> None:
    rows = (
        MoneyIn(number="R-1", amount_minor=10000, at=NOON),
        MoneyIn(number="R-2", amount_minor=4601, at=NOON),
    )
    (reason,) = reasons(msgspec.structs.replace(placed(), refunds=rows))
    assert (reason.code, reason.expected, reason.got) == (
        Code.REFUND_ABOVE_TOTAL,
        "≤ 146.00 CNY",
        "146.01 CNY",
    )


def test_a_row_told_twice_alike_counts_once() -> None:
    row = MoneyIn(number="R-1", amount_minor=14600, at=NOON)
    assert reasons(msgspec.structs.replace(placed(), refunds=(row, row))) == ()


def test_one_number_with_two_amounts_in_one_message_is_refused() -> None:
    rows = (MoneyIn(number="P-1", amount_minor=1, at=NOON), MoneyIn(number="P-1", amount_minor=2, at=NOON))
    (reason,) = reasons(msgspec.structs.replace(placed(), payments=rows))
    assert (reason.code, reason.field, reason.got) == (Code.REPEATED_NUMBER, "payments", "P-1")


@pytest.mark.parametrize(
    "off", [timedelta(days=-365 * 40), timedelta(days=1) + TOLERANCE + timedelta(seconds=1)]
)
def test_a_version_long_ago_or_ahead_of_the_clock_is_refused(off: timedelta) -> None:
    (reason,) = reasons(OrderMessage(order_number="A-1", version=NOON + off))
    assert (reason.code, reason.field) == (Code.IMPLAUSIBLE_TIME, "version")


def test_a_clock_a_little_ahead_is_borne_with() -> None:
    assert reasons(OrderMessage(order_number="A-1", version=NOW + TOLERANCE)) == ()


def test_each_unknown_sku_is_told_once() -> None:
    lines = (line(1, "A"), line(1, "B"), line(2, "B"), line(1, "C"))
    assert [reason.got for reason in check_skus(lines, listed={"A"})] == ["B", "C"]
