"""What no mapping asks for is kept under its own path."""

from typing import Any

import pytest

from orderhub.intake.generic.paths import parse
from orderhub.intake.generic.unasked import unasked

LEFT_OF = unasked(
    [
        parse(path)
        for path in ("order.id", "order.lines[].sku", "order.boxes[0].no", "whole", "order.lines[].tax.rate")
    ]
)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"order": {"id": 1}}, None),
        ({"whole": {"of": {"it": 1}}}, None),
        ({"other": None}, {"other": None}),
        ({"order": {"id": 1, "x": 2}, "y": [3]}, {"order": {"x": 2}, "y": [3]}),
        (
            {"order": {"lines": [{"sku": 1}, {"sku": 2, "x": 3}, {"tax": {"rate": 1, "kind": 2}}]}},
            {"order": {"lines": [{}, {"x": 3}, {"tax": {"kind": 2}}]}},
        ),
        ({"order": {"lines": [{"sku": 1}]}}, None),
        ({"order": {"boxes": [{"no": 1}, {"no": 2}]}}, {"order": {"boxes": [{}, {"no": 2}]}}),
        ({"order": "text"}, {"order": "text"}),
        ({"order": {"lines": "text"}}, {"order": {"lines": "text"}}),
        ({"order": {"lines": []}}, None),
    ],
)
def test_only_what_nobody_asked_for_is_kept(value: dict[str, Any], kept: dict[str, Any] | None) -> None:
    assert LEFT_OF(value) == kept
