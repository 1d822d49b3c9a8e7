"""Raw messages through mappings: the documented shape, another shop's shape, and everything that does not fit."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderhub.intake import exact_json
from orderhub.intake.contract import (
    MAX_LINES,
    Amounts,
    LineIn,
    MoneyIn,
    OrderMessage,
    ReceiverIn,
    ShipmentIn,
)
from orderhub.intake.generic import shape
from orderhub.intake.generic.mapping import default_mapping, parse_mapping
from orderhub.intake.generic.reader import Reader, compile_mapping
from orderhub.intake.reasons import Code, Rejected
from tests.intake.messages import sample

NOW = datetime(2026, 3, 20, tzinfo=UTC)
OURS = compile_mapping(default_mapping(), currency="CNY")
THEIRS = compile_mapping(parse_mapping(sample("other_shop.mapping.json")), currency="CNY")


def read(raw: bytes, reader: Reader = OURS) -> OrderMessage:
    found = reader.apply(raw, now=NOW)
    assert isinstance(found, OrderMessage), found
    return found


def rejected(raw: bytes, reader: Reader = OURS) -> Rejected:
    found = reader.apply(raw, now=NOW)
    assert isinstance(found, Rejected), found
    return found


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def order(**changes: Any) -> bytes:
    """The sample order with other values in ``order``; None takes a key away."""
    told = exact_json.decode(sample("order.json"))
    told["order"] = {key: value for key, value in (told["order"] | changes).items() if value is not None}
    return exact_json.encode(told)


def test_an_order_in_our_shape_is_read_whole() -> None:
    assert read(sample("order.json")) == OrderMessage(
        order_number="00900719925474099312",
        version=utc(2026, 3, 9, 9, 4, 5),
        placed_at=utc(2026, 3, 9, 9, 4, 5),
        status="placed",
        currency="CNY",
        amounts=Amounts(goods_minor=14800, discount_minor=1000, shipping_minor=800, total_minor=14600),
        lines=(
            LineIn(
                outside_sku="CUP-500",
                name="保温杯 500ml",
                quantity=2,
                unit_price_minor=6400,
                amount_minor=12800,
            ),
            LineIn(outside_sku="007", name="杯刷", quantity=1, unit_price_minor=2000, amount_minor=2000),
        ),
        receiver=ReceiverIn(
            name="张三",
            phone="13800000000",
            province="浙江省",
            city="杭州市",
            district="余杭区",
            address="文一西路969号",
        ),
        remark="放门卫",
    )


def test_a_payment_alone_is_a_message() -> None:
    message = read(sample("payment.json"))
    number = "4200001234202603091234567890"
    assert message.status == "paid"
    assert message.payments == (MoneyIn(number=number, amount_minor=14600, at=utc(2026, 3, 9, 9, 4, 58)),)
    assert (message.lines, message.amounts, message.receiver) == (None, None, None)


def test_a_refund_alone_is_a_message() -> None:
    assert read(sample("refund.json")).refunds == (
        MoneyIn(number="R-0001", amount_minor=2000, at=utc(2026, 3, 12, 0, 59)),
    )


def test_a_carriers_events_alone_are_a_message() -> None:
    first, second = read(sample("parcel.json")).shipments
    assert first == ShipmentIn(
        waybill="SF1234567890123", carrier="SF", status="collected", at=utc(2026, 3, 10, 1, 12)
    )
    assert second.status == "in_transit"


def test_a_hidden_receiver_keeps_its_token() -> None:
    message = read(sample("hidden_receiver.json"))
    assert message.receiver == ReceiverIn(
        name="张**", province="四川省", city="成都市", token="1rPqv…oaid", scheme="taobao-oaid"
    )


def test_what_is_not_said_of_amounts_and_lines_follows() -> None:
    message = read(sample("hidden_receiver.json"))
    assert message.amounts == Amounts(goods_minor=3800, discount_minor=0, shipping_minor=0, total_minor=3800)
    assert message.lines is not None
    assert (message.lines[0].name, message.lines[0].unit_price_minor) == ("CUP-500", 3800)


def test_keys_that_nobody_asks_for_change_nothing() -> None:
    told = exact_json.decode(sample("order.json"))
    more = told | {"sent": 2, "order": told["order"] | {"gift": [1]}}
    assert read(exact_json.encode(more)) == read(exact_json.encode(told))


def test_another_shops_shape_is_read_through_its_mapping() -> None:
    assert read(sample("other_shop.json"), THEIRS) == OrderMessage(
        order_number="9007199254740993123",
        version=utc(2026, 3, 9, 9, 4, 5),
        placed_at=utc(2026, 3, 9, 9, 4, 5),
        status="paid",
        currency="CNY",
        amounts=Amounts(goods_minor=13810, discount_minor=0, shipping_minor=1000, total_minor=14810),
        lines=(
            LineIn(outside_sku="0012", name="杯", quantity=2, unit_price_minor=5005, amount_minor=10010),
            LineIn(outside_sku="0013", name="刷", quantity=1, unit_price_minor=3800, amount_minor=3800),
        ),
        receiver=ReceiverIn(province="四川省", token="abc", scheme="oaid"),
        payments=(MoneyIn(number="P-1", amount_minor=14810, at=utc(2026, 3, 9, 9, 5)),),
        shipments=(
            ShipmentIn(waybill="YT0001", carrier="圆通", status="collected", at=utc(2026, 3, 9, 9, 53, 20)),
        ),
    )


def test_our_own_structs_are_read_by_the_default_mapping() -> None:
    message = shape.Message(
        order=shape.Order(
            number="A-1",
            updated_at=utc(2026, 3, 9, 12),
            status="paid",
            amounts=shape.Amounts(total=100),
            lines=(shape.Line(sku="S", quantity=1, amount=100),),
        ),
        payments=(shape.Money(number="P", amount=100),),
        shipments=(shape.Shipment(status="signed", waybill="W"),),
    )
    found = read(shape.encode(message))
    assert found.payments[0].at == found.shipments[0].at == utc(2026, 3, 9, 12)


@pytest.mark.parametrize("number", [2**53 + 1, 2**63, 2**64 + 1, 10**30 + 1])
def test_an_order_number_beyond_what_a_float_holds_survives(number: int) -> None:
    assert read(order(number=number)).order_number == str(number)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", Code.CUT_SHORT),
        (b"not json", Code.UNREADABLE),
        (b"[]", Code.NOT_AN_OBJECT),
        (b"null", Code.NOT_AN_OBJECT),
        (b'{"order": ', Code.CUT_SHORT),
        (b"[" * 10**6, Code.TOO_DEEP),
        (b"\xff\xfe", Code.UNREADABLE),
        (b'{"order": "\xff"}', Code.NOT_UTF8),
        (b"{}", Code.MISSING_FIELD),
        (order(number=""), Code.MISSING_FIELD),
        (order(updated_at=None), Code.MISSING_FIELD),
        (order(number={"a": 1}), Code.WRONG_TYPE),
        (order(status="shipped"), Code.UNKNOWN_STATUS),
        (order(currency="USD"), Code.UNKNOWN_CURRENCY),
        (order(updated_at="yesterday"), Code.UNREADABLE_TIME),
        (order(updated_at="2030-01-01T00:00:00Z"), Code.IMPLAUSIBLE_TIME),
        (order(amounts={"total": 1}), Code.AMOUNTS_DO_NOT_ADD_UP),
        (order(amounts={"goods": 1}), Code.MISSING_FIELD),
        (order(amounts={"total": "12.5"}), Code.NOT_AN_AMOUNT),
        (order(lines=[{"sku": "A", "quantity": 0, "amount": 1}]), Code.NOT_A_QUANTITY),
        (order(lines=[{"sku": "A", "quantity": 1}]), Code.MISSING_FIELD),
        (order(lines=[{"quantity": 1, "amount": 1}]), Code.MISSING_FIELD),
        (order(lines=["A"]), Code.WRONG_TYPE),
        (order(lines={"sku": "A"}), Code.WRONG_TYPE),
        (order(lines=[{}] * (MAX_LINES + 1)), Code.TOO_MANY),
        (order(remark="长" * 2001), Code.TOO_LONG),
        (order(receiver={"token": "t"}), Code.MISSING_FIELD),
    ],
)
def test_what_does_not_fit_is_rejected_with_its_reason(raw: bytes, code: Code) -> None:
    assert code in {reason.code for reason in rejected(raw).reasons}


def test_every_reason_is_told_with_its_place_and_the_order_it_belongs_to() -> None:
    lines = [{"sku": "A", "quantity": 1, "amount": 1}, {"sku": "B", "quantity": "x", "amount": -1}]
    found = rejected(order(lines=lines, status="shipped", updated_at=None))
    assert found.order_number == "00900719925474099312"
    assert {(reason.code, reason.field, reason.got) for reason in found.reasons} == {
        (Code.MISSING_FIELD, "order.updated_at", ""),
        (Code.UNKNOWN_STATUS, "order.status", "shipped"),
        (Code.NOT_A_QUANTITY, "order.lines[1].quantity", "x"),
        (Code.NOT_AN_AMOUNT, "order.lines[1].amount", "-1"),
    }


@pytest.mark.parametrize("field", ["name", "phone", "address", "token"])
def test_no_reason_tells_anything_of_the_receiver(field: str) -> None:
    for value in ("13800000000" * 300, ["13800000000"]):
        found = rejected(order(receiver={field: value}))
        assert "13800000000" not in str(found.reasons)
        assert found.reasons[0].field == f"order.receiver.{field}"


def test_an_empty_part_says_nothing() -> None:
    message = read(order(lines=[], receiver={}, amounts={}, status="", currency=""))
    assert (message.lines, message.receiver, message.amounts, message.status) == (None, None, None, None)


def test_an_empty_remark_says_that_there_is_none() -> None:
    assert read(order(remark=" ")).remark == ""


def test_a_single_payment_object_without_content_is_no_payment() -> None:
    told = exact_json.decode(sample("other_shop.json"))
    told["data"]["pay"] = {"no": "", "fee": None}
    assert read(exact_json.encode(told), THEIRS).payments == ()


def test_the_first_source_that_says_something_counts() -> None:
    told = exact_json.decode(sample("other_shop.json"))
    told["data"]["tid"] = "B-2"
    assert read(exact_json.encode(told), THEIRS).order_number == "9007199254740993123"
    told["data"]["trade"]["tid"] = ""
    assert read(exact_json.encode(told), THEIRS).order_number == "B-2"


def test_the_message_itself_may_be_the_payment() -> None:
    mapping = parse_mapping(
        msgspec.json.encode(
            {
                "order_number": "trade",
                "version": "at",
                "payments": {"each": "$", "number": "no", "amount": "fee", "at": "at"},
            }
        )
    )
    reader = compile_mapping(mapping, currency="CNY")
    raw = b'{"trade": "A-1", "at": "2026-03-09T12:00:00Z", "no": "P", "fee": 100}'
    assert read(raw, reader).payments == (MoneyIn(number="P", amount_minor=100, at=utc(2026, 3, 9, 12)),)
    assert read(b'{"trade": "A-1", "at": "2026-03-09T12:00:00Z"}', reader).payments == ()


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
places = st.sampled_from(
    [
        "number",
        "updated_at",
        "placed_at",
        "status",
        "currency",
        "amounts",
        "lines",
        "receiver",
        "remark",
        "other",
    ]
)


@given(st.dictionaries(places, json_values, max_size=3))
def test_whatever_stands_where_a_field_should_be_an_answer_comes_back(changes: dict[str, Any]) -> None:
    told = exact_json.decode(sample("order.json"))
    told["order"] |= changes
    assert OURS.apply(exact_json.encode(told), now=NOW)


@given(st.binary(max_size=60))
def test_whatever_bytes_come_an_answer_comes_back(raw: bytes) -> None:
    assert OURS.apply(raw, now=NOW)


@given(st.integers(0, 500), st.integers(0, 255))
def test_a_message_with_one_byte_changed_is_answered_too(position: int, byte: int) -> None:
    raw = bytearray(sample("order.json"))
    raw[position % len(raw)] = byte
    assert OURS.apply(bytes(raw), now=NOW)
