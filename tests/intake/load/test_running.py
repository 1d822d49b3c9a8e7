"""The open loop, against a door with moods: nothing is lost, nothing waits for what comes before it, and Ctrl-C ends it."""

import asyncio

import pytest

from orderhub.intake.load.orders import Good, Orders
from orderhub.intake.load.report import Report, report
from orderhub.intake.load.running import Run
from orderhub.intake.replaying.delivering import Door
from orderhub.intake.replaying.refusals import DoorClosed
from tests.intake.replaying.door import KEY, open_door
from tests.waiting import until


def made(url: str, *, count: int = 40, rate: float = 2_000, key: bytes = KEY, patience: float = 60) -> Run:
    orders = Orders("r", [Good("W712", "机油滤清器 W712")], currency=None, paid=False)
    door = Door(url=url, keys=[key], connections=8, patience_seconds=patience)
    return Run(door, orders, count=count, rate=rate, on_change=lambda: None)


def told(run: Run) -> Report:
    return report(run, name="r", url="", broken_off=False)


async def test_what_is_not_taken_at_once_is_sent_again_under_the_same_id() -> None:
    with open_door(lambda _id, attempt: (None, 503, 202)[min(attempt - 1, 2)]) as door:
        run = made(door.url, count=10)
        await run.go(asyncio.Event())
    assert set(door.attempts.values()) == {3}
    assert len({message_id for message_id, _ in door.taken}) == len(door.taken) == 10
    ended = told(run)
    assert (ended.acknowledged, ended.again) == (10, {"lost": 10, "503": 10})
    assert ended.latency is not None
    assert ended.latency.p50_ms <= ended.latency.p95_ms <= ended.latency.p99_ms <= ended.latency.max_ms


async def test_orders_come_whether_or_not_those_before_them_were_answered() -> None:
    held = asyncio.Event()
    with open_door(lambda _id, attempt: 503 if not held.is_set() else 202) as door:
        run = made(door.url)
        going = asyncio.create_task(run.go(asyncio.Event()))
        await until(lambda: run.came == run.count, seconds=20)
        assert run.answered == []
        held.set()
        await going
    assert (run.most_waiting, len(run.answered)) == (run.count, run.count)


async def test_a_refused_order_is_counted_with_its_reason() -> None:
    with open_door(lambda message_id, _attempt: 422 if message_id.endswith("1") else 202) as door:
        run = made(door.url)
        await run.go(asyncio.Event())
    ended = told(run)
    assert (ended.acknowledged, ended.refused) == (36, {"422": 4})
    assert not ended.is_whole


async def test_an_order_that_nobody_answers_is_given_up_and_counted() -> None:
    with open_door(lambda _id, _attempt: None) as door:
        run = made(door.url, count=5, patience=0)
        await run.go(asyncio.Event())
    ended = told(run)
    assert (ended.acknowledged, ended.unanswered, ended.latency) == (0, 5, None)
    assert not ended.is_whole


async def test_a_door_that_does_not_know_us_ends_the_rehearsal() -> None:
    with open_door() as door:
        with pytest.raises(DoorClosed, match="401"):
            await made(door.url, key=bytes(32)).go(asyncio.Event())
        assert door.taken == []


async def test_told_to_stop_it_waits_for_what_is_on_its_way_and_sends_no_more() -> None:
    stop = asyncio.Event()
    with open_door() as door:
        run = made(door.url, count=100_000, rate=200)
        run._on_change = lambda: stop.set() if len(run.answered) >= 5 else None
        await run.go(stop)
    assert 5 <= len(door.taken) == run.came == len(run.answered) < 1_000
