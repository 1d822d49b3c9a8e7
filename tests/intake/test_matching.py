"""Any order and any repetition of the same messages ends in the same knowledge."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderhub.intake import matching
from orderhub.intake.contract import (
    ORDER_STATUSES,
    SHIPMENT_STATUSES,
    MoneyIn,
    OrderMessage,
    ReceiverIn,
    ShipmentIn,
)
from orderhub.intake.matching import Content, Known, News
from orderhub.intake.standing import counted_refunds, objections, parcels, status_of
from tests.intake.messages import KEY, amounts, at, known, line, paid, placed, refunded, tracked

moments = st.integers(0, 4).map(at)
few = st.integers(1, 3)
money = st.builds(MoneyIn, number=st.sampled_from("PQ"), amount_minor=few.map(lambda n: n * 50), at=moments)
rows = st.lists(money, max_size=2, unique_by=lambda row: row.number).map(tuple)
events = st.builds(
    ShipmentIn,
    number=st.sampled_from([None, "N1", "N2"]),
    waybill=st.sampled_from(["W1", "W2"]),
    carrier=st.sampled_from([None, "SF"]),
    status=st.sampled_from(SHIPMENT_STATUSES),
    at=moments,
)
messages = st.builds(
    OrderMessage,
    order_number=st.just("A-1"),
    version=moments,
    placed_at=st.none() | moments,
    status=st.none() | st.sampled_from(ORDER_STATUSES),
    amounts=st.none() | few.map(lambda n: amounts(n * 50)),
    lines=st.none() | few.map(lambda n: (line(n * 50),)),
    receiver=st.none() | st.sampled_from("张李王").map(lambda name: ReceiverIn(name=name)),
    remark=st.none() | st.sampled_from(["", "急"]),
    payments=rows,
    refunds=rows,
    shipments=st.lists(events, max_size=3).map(tuple),
)


@st.composite
def tellings(draw: st.DrawFn) -> tuple[list[OrderMessage], list[OrderMessage]]:
    """The same messages in two orders, some of them repeated."""
    told = draw(st.lists(messages, min_size=1, max_size=6))
    again = told + draw(st.lists(st.sampled_from(told), max_size=4))
    return told, draw(st.permutations(again))


def conclusions(of: Known) -> tuple[Any, ...]:
    return (status_of(of), counted_refunds(of), parcels(of), objections(of, currency="CNY"))


@settings(max_examples=400)
@given(tellings())
def test_order_and_repetition_change_nothing(two: tuple[list[OrderMessage], list[OrderMessage]]) -> None:
    first, second = (known(*told) for told in two)
    assert first == second
    assert conclusions(first) == conclusions(second)


@given(st.lists(messages, min_size=1, max_size=6), st.data())
def test_a_message_already_taken_says_nothing(told: list[OrderMessage], data: st.DataObject) -> None:
    again = data.draw(st.sampled_from(told))
    assert matching.weigh(known(*told), again, key=KEY) == News()


@given(st.lists(messages, max_size=6), messages)
def test_news_is_what_changes_and_nothing_else(told: list[OrderMessage], message: OrderMessage) -> None:
    before = known(*told)
    news = matching.weigh(before, message, key=KEY)
    after = matching.merge(before, news)
    for group in matching.GROUPS:
        new = getattr(news.content, group)
        assert new is None or new != getattr(before.content, group)
        assert getattr(after.content, group) == (getattr(before.content, group) if new is None else new)
    assert all(before.money.get(name) != row for name, row in news.money.items())
    assert not news.statuses & before.statuses


@given(st.lists(messages, max_size=6))
def test_taking_many_at_once_is_taking_them_one_by_one(told: list[OrderMessage]) -> None:
    after, total = matching.fold(Known(), told, key=KEY)
    assert matching.merge(Known(), total) == after


def test_an_older_version_after_a_newer_one_does_not_go_back() -> None:
    newer = msgspec.structs.replace(placed(5), remark="改地址")
    older = msgspec.structs.replace(placed(1, total_minor=1), remark="旧")
    assert known(newer, older).content == known(newer).content


def test_a_newer_version_replaces_only_the_groups_it_speaks_of() -> None:
    after = known(placed(1), OrderMessage(order_number="A-1", version=at(2), remark="放门卫"))
    assert after.content.remark == "放门卫"
    assert after.content.lines == placed().lines


def test_an_empty_remark_takes_a_remark_away() -> None:
    first = OrderMessage(order_number="A-1", version=at(1), remark="急")
    assert known(first, OrderMessage(order_number="A-1", version=at(2), remark="")).content.remark == ""


def test_the_same_content_in_a_newer_version_moves_only_the_marks() -> None:
    news = matching.weigh(known(placed(1)), placed(2), key=KEY)
    assert news.content == Content()
    assert news.marks.keys() == {"placed_at", "lines", "amounts", "receiver"}
    assert not news.says_something


def test_of_two_different_messages_with_one_version_both_orders_choose_the_same() -> None:
    one, other = (msgspec.structs.replace(placed(1), remark=remark) for remark in ("甲", "乙"))
    assert known(one, other) == known(other, one)


def test_a_payment_told_by_two_messages_is_one_row_dated_by_the_earlier() -> None:
    rows = known(paid(3), paid(2)).money
    assert [(row.number, row.at) for row in rows.values()] == [("P-1", at(2))]


def test_a_payment_and_a_refund_of_one_number_are_two_rows() -> None:
    assert len(known(paid(1, number="1"), refunded(2, number="1", amount_minor=5)).money) == 2


def test_digests_need_the_key() -> None:
    one, other = (matching.weigh(Known(), placed(), key=key).marks["receiver"] for key in (KEY, b"other"))
    assert one.content != other.content
    assert one.message != other.message


def test_digests_are_those_that_lie_in_databases_since_the_first_message() -> None:
    marks = matching.weigh(Known(), placed(), key=KEY).marks
    assert {mark.message for mark in marks.values()} == {"871c0d7fea0c63b63d16fc1659a9a1ed"}
    assert {group: marks[group].content for group in ("lines", "receiver")} == {
        "lines": "5de61d834de4618ff372b448a838d9ce",
        "receiver": "f16f09f6a54af80e19724c2ef2db46a7",
    }


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_repeated_event_keeps_its_earliest_time(order: Sequence[int]) -> None:
    told = [tracked(7, "collected", waybill="W1"), tracked(4, "collected", waybill="W1")]
    assert list(known(*(told[position] for position in order)).events.values()) == [at(4)]
