"""Steps: many stages are one word to the buyer, and whatever a flow does, no word comes back."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

import orderhub.delivery.flow
import orderhub.orders.flow  # noqa: F401  (both register their flows)
from orderhub.journey.stays import Stay
from orderhub.journey.steps import held, steps
from orderhub.kernel.flows import flow
from orderhub.rendering.catalogue import words
from orderhub.rendering.languages import LANGUAGES

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
STAGES = [stage.name for stage in flow("shipment").stages]


def stays(*stages: str) -> list[Stay]:
    """A parcel that stood an hour in each of these stages, and stands in the last one."""
    return [
        Stay(
            visit=uuid4(),
            stage=stage,
            entered_at=NOW - timedelta(hours=len(stages) - n),
            left_at=NOW - timedelta(hours=len(stages) - n - 1) if n + 1 < len(stages) else None,
        )
        for n, stage in enumerate(stages)
    ]


def told(*stages: str, lang: str = "en") -> list[str]:
    spoken = words(lang)
    return [spoken.text(step.word) for step in steps(flow("shipment"), stays(*stages), spoken, now=NOW)]


@pytest.mark.parametrize(("lang", "wanted"), [
    ("en", ["being prepared", "on its way", "out for delivery", "delivered"]),
    ("zh-CN", ["备货中", "已发出", "今天派送", "已签收"]),
])  # fmt: skip
def test_nine_stages_are_four_words(lang: str, wanted: list[str]) -> None:
    path = ("allocated", "picking", "packed", "collected", "in_transit", "out_for_delivery", "signed")
    assert told(*path, lang=lang) == wanted


def test_a_parcel_that_goes_back_in_the_house_does_not_go_back_for_the_buyer() -> None:
    assert told(
        "allocated", "picking", "packed", "picking", "packed", "collected", "in_transit", "collected"
    ) == [
        "being prepared",
        "on its way",
    ]


def test_the_time_of_a_step_is_that_of_all_its_stages() -> None:
    first, second = steps(
        flow("shipment"), stays("allocated", "picking", "packed", "collected"), words("en"), now=NOW
    )
    assert first.left_at is not None
    assert first.left_at - first.entered_at == timedelta(hours=3)
    assert second.entered_at == first.left_at


@pytest.mark.parametrize("lang", LANGUAGES)
@given(stages=st.lists(st.sampled_from(STAGES), min_size=1, max_size=15))
def test_no_word_ever_comes_back(lang: str, stages: list[str]) -> None:
    seen = told(*stages, lang=lang)
    assert len(seen) == len(set(seen))


@given(st.lists(st.sampled_from(STAGES[:6]), min_size=1, max_size=15))
def test_every_second_was_held_by_somebody(stages: list[str]) -> None:
    parts = held(flow("shipment"), stays(*stages), now=NOW)
    assert sum(part.seconds for part in parts) == 3600 * len(stages)
    assert all(one.tone != other.tone for one, other in pairwise(parts))
