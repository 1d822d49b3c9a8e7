"""Waiting for something to become true, instead of sleeping and hoping."""

import asyncio
from collections.abc import Callable


async def until(true: Callable[[], object], *, seconds: float = 5.0) -> None:
    """Return as soon as the condition holds; TimeoutError after so many seconds."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - whatever becomes true is not ours to signal
            await asyncio.sleep(0.005)
