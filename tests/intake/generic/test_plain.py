"""What is plainly in our documented shape is read quickly, and as its mapping reads it."""

from datetime import UTC, datetime

import msgspec
import pytest

from orderhub.intake.contract import OrderMessage
from orderhub.intake.generic import plain
from orderhub.intake.generic.mapping import default_mapping
from orderhub.intake.generic.reader import compile_mapping
from orderhub.intake.reasons import Rejected
from tests.bench.sales import sale
from tests.intake.generic.test_same_reading import walking
from tests.intake.messages import sample

NOW = datetime(2026, 3, 20, tzinfo=UTC)
QUICK, SLOW = (
    compile_mapping(one, currency="CNY") for one in (default_mapping(), walking(default_mapping()))
)


def compact(name: str) -> bytes:
    return msgspec.json.encode(msgspec.json.decode(sample(name)))


def bodies() -> list[bytes]:
    """What a channel sends on the day of a sale."""
    told = sale("s", 50, shop_id=1, key=b"k" * 32).requests
    return [request.partition(b"\r\n\r\n")[2] for request in told]


def test_the_orders_of_a_sale_are_plain() -> None:
    now = datetime.now(UTC)
    for raw in bodies():
        found = plain.read(raw, currency="CNY")
        assert isinstance(found, OrderMessage)
        assert found == SLOW.apply(raw, now=now) == QUICK.apply(raw, now=now)


@pytest.mark.parametrize("name", ["order.json", "payment.json", "refund.json"])
def test_our_documented_examples_are_plain(name: str) -> None:
    assert plain.read(compact(name), currency="CNY") == SLOW.apply(compact(name), now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        (b'"CNY"', b'"USD"'),
        (b'"CNY"', b'" CNY"'),
        (b'"quantity":', b'"quantity":0,"was":'),
        (b'"total":', b'"total":null,"was":'),
        (b'"number":"', b'"number":" '),
        (b'"number":"', b'"number":"\xef\xbf\xbd'),
        (b'"number":"', b'"number":"\xc2\x85'),
        (b'"number":"', b'"number":"\\u0041'),
        (b'"name":"', b'"name":" '),
        (b'"name":"', b'"name":"\xe3\x80\x80'),
        (b'"updated_at":"', b'"updated_at":"on '),
        (b'"updated_at":"', b'"updated_at":" '),
        (b'"sku":"', b'"sku":"","was":"'),
        (b'"status":"', b'"status":"GOT","was":"'),
        (b'"receiver":{', b'"receiver":{"token":"t",'),
        (b'"receiver":{', b'"receiver":{"scheme":"oaid",'),
    ],
)
def test_what_is_not_plain_is_left_to_the_mapping(change: tuple[bytes, bytes]) -> None:
    raw = compact("order.json").replace(*change, 1)
    assert raw != compact("order.json")
    assert plain.read(raw, currency="CNY") is None
    assert QUICK.apply(raw, now=NOW) == SLOW.apply(raw, now=NOW)


@pytest.mark.parametrize(
    "extra",
    [
        *(
            b'"\xff"',
            b'"\x01"',
            b'"\t"',
            b'"\\q"',
            b'"\\ud800"',
            b'"\\u0000"',
            b"1e999",
            b"01",
            b"1.",
            b"-",
            b"tru",
        ),
        *(b"[1,]", b"[1 2]", b'{"a"}', b'{"a":1,}', b"NaN", b"Infinity", b"+1", b"'x'", b"// x", b"", b'"x'),
        *(b"[" * 101 + b"]" * 101, b"[" * 5_000, b'{"a":' * 99 + b"1" + b"}" * 99, b'1,"extra":{}', b"1}x{"),
    ],
)
def test_what_nobody_asks_for_has_to_be_json_too(extra: bytes) -> None:
    raw = compact("order.json")[:-1] + b',"extra":' + extra + b"}"
    assert QUICK.apply(raw, now=NOW) == SLOW.apply(raw, now=NOW)


def test_the_last_of_two_values_under_one_key_counts() -> None:
    for again in (b'"order":{"number":"B"}', b'"order":null', b'"payments":[]', b'"payments":{}'):
        raw = compact("order.json")[:-1] + b"," + again + b"}"
        assert QUICK.apply(raw, now=NOW) == SLOW.apply(raw, now=NOW)


def test_what_makes_no_sense_is_told_whichever_way_it_was_read() -> None:
    raw = compact("order.json").replace(b'"total":', b'"total":9', 1)
    assert plain.read(raw, currency="CNY") is not None
    found = QUICK.apply(raw, now=NOW)
    assert isinstance(found, Rejected)
    assert found == SLOW.apply(raw, now=NOW)
