"""Moments and due rings, as the server writes them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from orderhub.kernel import clock
from orderhub.rendering.catalogue import words
from orderhub.rendering.rings import Ring, ring
from orderhub.rendering.times import when

NOW = datetime(2026, 11, 22, 5, 51, 20, tzinfo=UTC)  # 13:51:20 in Shanghai
ZH = words("zh-CN")


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.mark.parametrize(
    ("at", "style", "told"),
    [
        (NOW, "clock", "13:51"),
        (NOW, "exact", "11-22 13:51:20"),
        (NOW - timedelta(hours=13), "day", "今天 00:51"),
        (NOW - timedelta(hours=14), "day", "昨天 23:51"),
        (NOW + timedelta(hours=11), "day", "明天 00:51"),
        (NOW - timedelta(days=5), "day", "11-17 13:51"),
        (NOW - timedelta(days=400), "day", "2025-10-18 13:51"),
        (NOW - timedelta(seconds=2), "ago", "刚刚"),
        (NOW - timedelta(minutes=6), "ago", "6 分钟前"),
        (NOW + timedelta(minutes=9), "left", "还剩 9 分钟"),
        (NOW - timedelta(minutes=6), "left", "超 6 分钟"),
        (NOW - timedelta(hours=5, minutes=12), "held", "已 5 小时 12 分钟"),
    ],
)
def test_a_moment_reads_as_people_say_it(at: datetime, style: str, told: str) -> None:
    assert when(at, ZH, style).striptags() == told


def test_a_relative_moment_can_be_kept_fresh_by_the_page() -> None:
    assert when(NOW, ZH, "ago") == '<time datetime="2026-11-22T05:51:20Z" data-as="ago">刚刚</time>'
    assert "data-as" not in when(NOW, ZH, "day")


@pytest.mark.parametrize(
    ("entered", "due", "shown"),
    [
        (-30, 30, Ring(50, "", "30", "分钟", over=False)),
        (-50, 10, Ring(16, "warn", "10", "分钟", over=False)),
        (-60, -6, Ring(0, "bad", "6", "分钟", over=True)),
        (-10, 200, Ring(95, "", "3:20", "小时", over=False)),
    ],
)
def test_a_ring_shows_what_is_left_of_the_limit(entered: int, due: int, shown: Ring) -> None:
    assert ring((NOW + timedelta(minutes=entered), NOW + timedelta(minutes=due)), ZH) == shown
