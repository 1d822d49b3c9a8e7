"""What is read quickly is what reading slowly finds: whatever stands in a message, in the usual shape or in none."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from orderhub.intake import exact_json
from orderhub.intake.generic.mapping import Mapping, default_mapping, parse_mapping
from orderhub.intake.generic.problems import alternatives, parts, sources
from orderhub.intake.generic.reader import compile_mapping
from orderhub.intake.generic.values import Unfit, some_text, text
from tests.intake.messages import sample

NOW = datetime(2026, 3, 20, tzinfo=UTC)
OURS = default_mapping()
THEIRS = parse_mapping(sample("other_shop.mapping.json"))
SAMPLES = [
    *((OURS, name) for name in ("order", "payment", "refund", "parcel", "hidden_receiver")),
    (THEIRS, "other_shop"),
]

numbers = st.sampled_from([0, 1, -1, 10**15, 10**40, Decimal("1.10"), Decimal("1E+2"), Decimal("0.001")])
words = st.sampled_from(
    ["", " ", "x", " 7 ", "12.50", "A\n1", "\0", "\ufffd", "x" * 301, " " * 2001, "paid", "GOT", "cny"]
)
times = st.sampled_from(
    ["2026-03-09T12:00:00Z", "2026-03-09 12:00", "1999-01-01", "2026/03/09 17:04:05", 1773057600000]
)
anything = st.recursive(
    st.none() | st.just(value=True) | numbers | words | times,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=4,
)


_Part = TypeVar("_Part", bound=msgspec.Struct)


def walking(mapping: Mapping) -> Mapping:
    """The same mapping, but every source a list of one: such a one is not looked up where its part stands."""

    def listed(part: _Part) -> _Part:
        return msgspec.structs.replace(part, **{name: alternatives(one) for name, one in sources(part)})

    changed = {prefix.removesuffix("."): listed(part) for prefix, part in parts(mapping) if prefix}
    return listed(msgspec.structs.replace(mapping, **changed))


def spots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a message where something else may stand."""
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from spots(value[key])


@st.composite
def mutations(draw: st.DrawFn) -> tuple[Mapping, bytes]:
    """A mapping and a message of it, in which a few places were changed, added or taken away."""
    mapping, name = draw(st.sampled_from(SAMPLES))
    told = exact_json.decode(sample(f"{name}.json"))
    for _ in range(draw(st.integers(1, 3))):
        box, key = draw(st.sampled_from([*spots(told), (told, "extra")]))
        change = draw(st.sampled_from(["other", "listed", "gone", "beside"]))
        if change == "beside" and isinstance(box, dict):
            key = draw(st.sampled_from(["number", "total", "sku", "x.y"]))
        box[key] = [draw(anything)] if change == "listed" else draw(anything)
        if change == "gone":
            del box[key]
    return mapping, exact_json.encode(told)


@settings(max_examples=400)
@given(mutations())
def test_a_value_found_where_its_part_stands_is_the_one_its_whole_path_leads_to(
    told: tuple[Mapping, bytes],
) -> None:
    mapping, raw = told
    quick, slow = (compile_mapping(one, currency="CNY") for one in (mapping, walking(mapping)))
    assert quick.apply(raw, now=NOW) == slow.apply(raw, now=NOW)


def outcome(convert: Any, value: str) -> Any:
    """What a value is read as, or how it is refused."""
    try:
        return convert(value) or None
    except Unfit as unfit:
        return unfit.args


@given(st.text(st.sampled_from(" \nx号\u3000"), max_size=9))
def test_text_that_says_something_is_text(value: str) -> None:
    assert outcome(some_text(4), value) == outcome(text(4), value)
