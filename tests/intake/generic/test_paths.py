"""Paths into a message."""

from typing import Any

import pytest

from orderhub.intake.generic.paths import EACH, BadPath, elements, finder, parse

MESSAGE: dict[str, Any] = {
    "a": {"b": [{"c": 1}, {"c": 2}], "x.y": 3, "n": None, "text": "abc"},
    "boxes": [{"items": [1, 2]}, {"items": []}, {}, {"items": [3]}],
}


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("a", ("a",)),
        ("a.b", ("a", "b")),
        ("a.b[0].c", ("a", "b", 0, "c")),
        ("a.b[]", ("a", "b", EACH)),
        ("a[1][2]", ("a", 1, 2)),
        (r"a.x\.y", ("a", "x.y")),
        ("订单.编号", ("订单", "编号")),
        ("$", ()),
        ("$.a", ("a",)),
    ],
)
def test_a_path_has_steps(path: str, steps: tuple[object, ...]) -> None:
    assert parse(path) == steps


@pytest.mark.parametrize(
    "path", ["", ".", "a.", ".a", "a..b", "a[x]", "a[", "a]b", "a[-1]", "a[0]b", "a.[0]", "a[99999]", "a\\"]
)
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(BadPath):
        parse(path)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a.b[1].c", 2),
        (r"a.x\.y", 3),
        ("a.n", None),
        ("a.n.deeper", None),
        ("a.nothing.at.all", None),
        ("a.b[7].c", None),
        ("a.b.c", None),
        ("a.text.c", None),
        ("a.text[0]", None),
        ("$", MESSAGE),
    ],
)
def test_a_value_is_found_or_nothing_is(path: str, value: object) -> None:
    assert finder(parse(path))(MESSAGE) == value


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a.b[]", [{"c": 1}, {"c": 2}]),
        ("boxes[].items[]", [1, 2, 3]),
        ("a", [MESSAGE["a"]]),
        ("nothing[]", []),
        ("nothing", []),
        ("a.n[]", []),
        ("$", [MESSAGE]),
    ],
)
def test_elements_of_lists_within_lists_are_one_list(path: str, found: list[object]) -> None:
    if path == "boxes[].items[]":
        assert elements(path)({"boxes": [box for box in MESSAGE["boxes"] if "items" in box]}) == found
    else:
        assert elements(path)(MESSAGE) == found


def test_a_box_without_items_has_none() -> None:
    assert elements("boxes[].items[]")(MESSAGE) == [1, 2, 3]


@pytest.mark.parametrize("path", ["a[]", "a.text[]"])
def test_what_is_no_list_is_told(path: str) -> None:
    with pytest.raises(TypeError):
        elements(path)(MESSAGE)
