"""Waiting for something to become true, instead of sleeping and hoping."""

import asyncio
from collections.abc import Callable

_FIRST_PAUSE = 0.005
_LONGEST_PAUSE = 0.05  # whoever looks more often takes the core from what is waited for


async def until(true: Callable[[], object], *, seconds: float = 5.0) -> None:
    """Return as soon as the condition holds; TimeoutError after so many seconds."""
    pause = _FIRST_PAUSE
    async with asyncio.timeout(seconds):
        while not true():  # whatever becomes true is not ours to signal
            await asyncio.sleep(pause)
            pause = min(pause * 1.1, _LONGEST_PAUSE)
