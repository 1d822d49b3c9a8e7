"""What follows from what is known of an order."""

import msgspec

from orderhub.intake.contract import OrderMessage
from orderhub.intake.reasons import Code
from orderhub.intake.standing import Parcel, counted_refunds, is_founded, objections, parcels, status_of
from tests.intake.messages import amounts, at, known, line, paid, placed, refunded, tracked


def test_an_order_is_founded_by_lines_and_amounts_even_from_two_messages() -> None:
    lines = OrderMessage(order_number="A-1", version=at(0), lines=(line(100),))
    owed = OrderMessage(order_number="A-1", version=at(1), amounts=amounts(100))
    assert not is_founded(known(lines))
    assert not is_founded(known(owed))
    assert is_founded(known(owed, lines))


def test_the_furthest_status_counts_whichever_came_last() -> None:
    cancelled = OrderMessage(order_number="A-1", version=at(9), status="cancelled")
    assert status_of(known(placed(), cancelled, paid(20))) == "cancelled"
    assert status_of(known(placed())) == "placed"
    assert status_of(known()) is None


def test_payments_that_cover_the_total_are_as_good_as_the_word_paid() -> None:
    halves = [
        msgspec.structs.replace(paid(n, number=f"P-{n}", amount_minor=7300), status=None) for n in (1, 2)
    ]
    assert status_of(known(placed(), halves[0])) == "placed"
    assert status_of(known(placed(), *halves)) == "paid"


def test_a_refund_beyond_the_total_is_held_whichever_came_first() -> None:
    first = refunded(1, number="R-1", amount_minor=10000)
    second = refunded(2, number="R-2", amount_minor=10000)
    third = refunded(3, number="R-3", amount_minor=4600)
    for told in ([placed(), first, second, third], [third, second, first, placed()]):
        counted, held = counted_refunds(known(*told))
        assert [row.number for row in counted] == ["R-1", "R-3"]
        assert [row.number for row in held] == ["R-2"]


def test_a_held_refund_is_an_objection_in_words() -> None:
    told = known(
        placed(), refunded(1, number="R-1", amount_minor=14600), refunded(2, number="R-2", amount_minor=1)
    )
    (objection,) = objections(told, currency="CNY")
    reason = objection.reason
    assert (reason.code, reason.expected, reason.got) == (
        Code.REFUND_ABOVE_TOTAL,
        "≤ 0.00 CNY",
        "R-2: 0.01 CNY",
    )


def test_lines_and_amounts_of_two_messages_are_compared_too() -> None:
    lines = OrderMessage(order_number="A-1", version=at(5), lines=(line(100),))
    (objection,) = objections(known(placed(), lines), currency="CNY")
    reason = objection.reason
    assert (reason.code, reason.expected, reason.got) == (
        Code.AMOUNTS_DO_NOT_ADD_UP,
        "146.00 CNY",
        "1.00 CNY",
    )


def test_messages_of_an_order_nobody_placed_say_so() -> None:
    assert [one.reason.code for one in objections(known(paid(1)), currency="CNY")] == [Code.UNKNOWN_ORDER]


def test_events_that_share_a_number_or_a_waybill_are_one_parcel() -> None:
    told = known(
        tracked(3, "in_transit", waybill="W1"),
        tracked(1, "collected", number="N1", waybill="W1"),
        tracked(5, "signed", number="N1"),
        tracked(2, "collected", waybill="W2"),
    )
    first, second = parcels(told)
    assert first == Parcel(
        numbers=frozenset({"N1"}),
        waybills=frozenset({"W1"}),
        carriers=frozenset({"SF"}),
        status="signed",
        at=at(5),
    )
    assert (second.waybills, second.status) == (frozenset({"W2"}), "collected")


def test_a_late_step_does_not_take_a_parcel_back() -> None:
    (parcel,) = parcels(known(tracked(9, "signed", waybill="W1"), tracked(10, "in_transit", waybill="W1")))
    assert parcel.status == "signed"


def test_a_parcel_that_went_back_is_not_delivered_by_the_senders_signature() -> None:
    (parcel,) = parcels(known(tracked(1, "returned", waybill="W1"), tracked(2, "signed", waybill="W1")))
    assert parcel.status == "returned"
