"""Waiting in tests for something that happens elsewhere, without guessing how long it takes."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(condition: Callable[[], Awaitable[object]], *, seconds: float = 20) -> None:
    """Ask again and again until the answer is yes; fail after a while."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - the database cannot set an Event of ours
            await asyncio.sleep(0.01)
