"""Loops that must not end."""

import asyncio
import logging

import pytest

from orderhub import supervision
from orderhub.kernel import postgres
from tests.waiting import until


async def test_a_loop_that_dies_is_logged_and_started_again(caplog: pytest.LogCaptureFixture) -> None:
    starts = 0

    async def work() -> None:
        nonlocal starts
        starts += 1
        if starts == 1:
            raise ValueError("the first one dies")
        await asyncio.Event().wait()

    with caplog.at_level(logging.ERROR):
        loop = supervision.start("test.dies", work)
        await until(lambda: starts == 2)
        assert "test.dies" not in supervision.ill()
        await loop.stop()
    assert "loop test.dies died" in caplog.text
    assert "the first one dies" in caplog.text


async def test_a_loop_that_returns_counts_as_dead(caplog: pytest.LogCaptureFixture) -> None:
    starts = 0

    async def work() -> None:
        nonlocal starts
        starts += 1

    with caplog.at_level(logging.ERROR):
        loop = supervision.start("test.returns", work)
        await until(lambda: starts == 2)
        await loop.stop()
    assert "ended by itself" in caplog.text


async def test_a_loop_that_keeps_dying_is_ill_until_it_is_stopped() -> None:
    async def work() -> None:
        raise ConnectionError("nobody answers")

    loop = supervision.start("test.ill", work)
    await until(lambda: "test.ill" in supervision.ill())
    await loop.stop()
    assert "test.ill" not in supervision.ill()


async def test_two_loops_cannot_share_a_name() -> None:
    loop = supervision.start("test.name", asyncio.Event().wait)  # type: ignore[arg-type]
    with pytest.raises(RuntimeError):
        supervision.start("test.name", asyncio.Event().wait)  # type: ignore[arg-type]
    await loop.stop()


async def test_a_loop_started_inside_a_transaction_is_not_in_it(database: str) -> None:
    seen: list[object] = []

    async def work() -> None:
        seen.append(await postgres.fetchval("select 1"))
        await asyncio.Event().wait()

    async with postgres.transaction():
        loop = supervision.start("test.context", work)
        await until(lambda: seen)
    await loop.stop()
    assert seen == [1]
