"""A beat takes its turns, soon when woken, again after a failure, and ends without cutting one short."""

import asyncio
import logging

import pytest

from orderhub.worker.beats import Beat


async def test_a_woken_beat_has_a_turn_at_once_and_many_wakings_make_one() -> None:
    turns = asyncio.Queue[None]()
    beat = Beat("woken", lambda: turns.put(None), every_seconds=3600)
    beat.start()
    await asyncio.wait_for(turns.get(), 5)
    for _ in range(10):
        beat.wake()
    await asyncio.wait_for(turns.get(), 5)
    await beat.stop(patience_seconds=1)
    assert turns.empty()


async def test_what_wakes_a_beat_during_a_turn_is_not_lost() -> None:
    began, go_on = asyncio.Queue[None](), asyncio.Event()

    async def turn() -> None:
        began.put_nowait(None)
        await go_on.wait()

    beat = Beat("busy", turn, every_seconds=3600)
    beat.start()
    await asyncio.wait_for(began.get(), 5)
    beat.wake()
    go_on.set()
    await asyncio.wait_for(began.get(), 5)
    await beat.stop(patience_seconds=1)


async def test_a_beat_without_a_waking_comes_again_after_its_time() -> None:
    turns = asyncio.Queue[None]()
    beat = Beat("steady", lambda: turns.put(None), every_seconds=0.01)
    beat.start()
    for _ in range(3):
        await asyncio.wait_for(turns.get(), 5)
    await beat.stop(patience_seconds=1)


async def test_a_beat_goes_on_after_a_turn_that_failed(caplog: pytest.LogCaptureFixture) -> None:
    tries = asyncio.Queue[None]()

    async def turn() -> None:
        tries.put_nowait(None)
        if not failed.is_set():
            failed.set()
            raise ConnectionError("the database is away")

    failed = asyncio.Event()
    beat = Beat("hardy", turn, every_seconds=3600)
    with caplog.at_level(logging.ERROR):
        beat.start()
        for _ in range(2):
            await asyncio.wait_for(tries.get(), 5)
    await beat.stop(patience_seconds=1)
    assert "the database is away" in caplog.text


async def test_a_turn_under_way_ends_before_the_beat_stops_and_no_other_begins() -> None:
    began, go_on, ended = asyncio.Event(), asyncio.Event(), []

    async def turn() -> None:
        began.set()
        await go_on.wait()
        ended.append(True)

    beat = Beat("polite", turn, every_seconds=0)
    beat.start()
    await began.wait()
    stopping = asyncio.create_task(beat.stop(patience_seconds=5))
    await asyncio.sleep(0)
    go_on.set()
    await stopping
    assert ended == [True]


async def test_a_turn_that_does_not_end_is_cut() -> None:
    began = asyncio.Event()

    async def turn() -> None:
        began.set()
        await asyncio.Event().wait()

    beat = Beat("stuck", turn, every_seconds=0)
    beat.start()
    await began.wait()
    async with asyncio.timeout(5):
        await beat.stop(patience_seconds=0.05)
