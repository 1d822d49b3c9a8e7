"""A mapping is data: read from JSON, judged before it is used, every problem told at once."""

from typing import Any

import msgspec
import pytest

from orderhub.intake.generic.mapping import as_json, default_mapping, parse_mapping
from orderhub.intake.generic.problems import problems
from orderhub.intake.generic.reader import compile_mapping
from orderhub.intake.refusals import UnusableMapping
from tests.intake.messages import sample

LEAST: dict[str, Any] = {"order_number": "id", "version": "at"}


def parsed(**changes: Any) -> Any:
    return parse_mapping(msgspec.json.encode(LEAST | changes))


def test_the_default_mapping_has_no_problem() -> None:
    assert problems(default_mapping()) == ()


def test_a_mapping_is_the_same_after_being_stored_and_read() -> None:
    for mapping in (default_mapping(), parse_mapping(sample("other_shop.mapping.json"))):
        assert parse_mapping(msgspec.json.encode(as_json(mapping))) == mapping


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (b"{", "—"),
        (b"{}", "—"),
        (b'{"order_number": 1, "version": "a"}', "order_number"),
        (b'{"order_number": "a", "version": "a", "colour": "red"}', "—"),
        (
            b'{"order_number":"a","version":"a","status":{"at":"s","table":{"1":"shipped"}}}',
            "status.table[...]",
        ),
        (b'{"order_number":"a","version":"a","money":{"unit":"cents"}}', "money.unit"),
    ],
)
def test_a_mapping_of_the_wrong_form_is_refused_where_it_is_wrong(raw: bytes, field: str) -> None:
    with pytest.raises(UnusableMapping) as refused:
        parse_mapping(raw)
    assert refused.value.data["field"] == field
    assert refused.value.data.keys() == {"field", "expected", "got", "problems"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"version": "a..b"}, "version"),
        ({"version": []}, "version"),
        ({"version": {"constant": "2026-01-01"}}, "version"),
        ({"remark": ["notes[]", "note"]}, "remark"),
        ({"remark": ["note", "$"]}, "remark"),
        ({"lines": {"each": "items[", "sku": "sku", "quantity": "n"}}, "lines.each"),
        ({"lines": {"each": "items[]", "sku": "codes[]", "quantity": "n"}}, "lines.sku"),
        ({"status": {"at": "s", "table": {}}}, "status.table"),
        ({"time": {"formats": []}}, "time.formats"),
        ({"time": {"formats": ["iso", "unix"]}}, "time.formats"),
        ({"time": {"formats": ["%H:%M"]}}, "time.formats"),
        ({"time": {"zone": "Asia/Atlantis"}}, "time.zone"),
        ({"time": {"zone": "../../etc/passwd"}}, "time.zone"),
        ({"currency": {"constant": "RMB"}}, "currency"),
    ],
)
def test_a_mapping_that_can_never_work_is_refused_with_its_place(changes: dict[str, Any], field: str) -> None:
    mapping = parsed(**changes)
    assert [problem.field for problem in problems(mapping)] == [field]
    with pytest.raises(UnusableMapping) as refused:
        compile_mapping(mapping, currency="CNY")
    assert refused.value.data["field"] == field


def test_every_problem_is_told_at_once() -> None:
    mapping = parsed(version="", remark="a[", time={"zone": "Mars"})
    assert [problem.field for problem in problems(mapping)] == ["version", "remark", "time.zone"]
    with pytest.raises(UnusableMapping, match=r"version.*remark.*time\.zone"):
        compile_mapping(mapping, currency="CNY")


@pytest.mark.parametrize("form", ["%Y/%m/%d %H:%M:%S", "%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%S%z", "%d %b %Y"])
def test_patterns_that_say_the_day_are_taken(form: str) -> None:
    assert problems(parsed(time={"formats": [form]})) == ()


def test_a_shop_needs_a_currency_that_exists() -> None:
    with pytest.raises(UnusableMapping):
        compile_mapping(default_mapping(), currency="RMB")
