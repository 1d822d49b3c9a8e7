"""Numbers survive to the last digit, whatever their length; what is not JSON is refused."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderhub.intake import exact_json
from orderhub.intake.exact_json import NotJson, decode, encode

decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=8)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | decimals
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc."), inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_what_is_written_is_read_back_equal_and_without_a_float(value: Any) -> None:
    read = decode(encode(value))
    assert read == value
    assert not list(_floats(read))


@pytest.mark.parametrize(
    "numeral",
    [
        "9007199254740993",
        "18446744073709551617",
        "-99999999999999999999999",
        "1.10",
        "0.1",
        "38.00",
        "123456789.123456789012345678",
    ],
)
def test_a_numeral_keeps_every_digit_it_was_written_with(numeral: str) -> None:
    assert str(decode(numeral.encode())) == numeral
    assert encode(decode(numeral.encode())) == numeral.encode()


def test_leading_zeros_of_a_string_are_kept() -> None:
    assert decode(b'{"id": "007"}') == {"id": "007"}


@pytest.mark.parametrize("bomb", ["1E999999999", "1e-999999999", "1e99999999999999999999", "1." + "1" * 2000])
def test_a_numeral_too_long_to_write_out_stays_text(bomb: str) -> None:
    assert decode(bomb.encode()) == bomb


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b" ",
        b"{",
        b'{"a":1}x',
        b"007",
        b"NaN",
        b'"\\ud800"',
        b'"\\udc00x"',
        b'"\xff"',
        b"1" * 5000,
        b"[" * 100_000,
    ],
)
def test_what_is_not_json_is_refused(broken: bytes) -> None:
    with pytest.raises(NotJson):
        decode(broken)


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        ("{broken", "1:2"),
        ('{"名": "保温杯",}', "1:13"),
        ('{\n  "名": "保温杯"\n  "sku": 7}', "3:3"),
        ('\ufeff{"a": 01}', "1:8"),
    ],
)
def test_where_it_cannot_be_read_is_told_by_line_and_column(broken: str, place: str) -> None:
    with pytest.raises(NotJson) as refused:
        decode(broken.encode())
    assert (refused.value.fault, refused.value.place) == ("unreadable", place)


@pytest.mark.parametrize(
    ("broken", "fault"),
    [(b"", "cut_short"), (b'{"a": "x', "cut_short"), (b'"\\ud800"', "cut_short"), (b'"\xff"', "not_utf8")],
)
def test_what_has_no_place_is_told_by_its_kind(broken: bytes, fault: str) -> None:
    with pytest.raises(NotJson) as refused:
        decode(broken)
    assert (refused.value.fault, refused.value.place) == (fault, "")


def test_nesting_ends_where_it_is_said_to_end() -> None:
    deep = exact_json.MAX_DEPTH
    assert decode(b"[" * deep + b"]" * deep)
    with pytest.raises(NotJson, match="too_deep"):
        decode(b"[" * (deep + 1) + b"]" * (deep + 1))


def test_many_shallow_parts_are_no_nesting() -> None:
    assert len(decode(b"[" + b",".join([b"{}"] * 1000) + b"]")) == 1000


def test_a_byte_order_mark_is_passed_over() -> None:
    assert decode(b"\xef\xbb\xbf{}") == {}


def test_a_nul_becomes_a_replacement_character_in_values_and_keys() -> None:
    assert decode(b'{"a\\u0000": "x\\u0000y"}') == {"a\ufffd": "x\ufffdy"}


def test_an_escaped_backslash_before_u0000_is_no_nul() -> None:
    assert decode(rb'"\\u0000"') == "\\u0000"
    assert decode(rb'"\\\u0000"') == "\\\ufffd"


@given(st.integers(0, 20))
def test_a_wide_pair_of_surrogates_is_one_character(padding: int) -> None:
    assert decode(b'"' + b"a" * padding + b'\\ud83d\\ude00"') == "a" * padding + "😀"


def test_decimals_compare_by_value() -> None:
    assert decode(b"1e2") == Decimal(100)


def _floats(value: Any) -> list[float]:
    if isinstance(value, float):
        return [value]
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [found for item in inner for found in _floats(item)]
