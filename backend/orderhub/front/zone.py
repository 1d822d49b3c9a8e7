"""The organisation's time zone, for the pages of this process: known at its start, or as soon as the hub is set up.

The process whose page set it up knows at once; the others look every 2 s until they know, and then no more.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from orderhub import supervision
from orderhub.accounts import organisation
from orderhub.rendering import times

_LOOK_SECONDS = 2.0


@asynccontextmanager
async def known() -> AsyncIterator[None]:
    """Use it while the block lasts; the database must be open."""
    if await _learn():
        yield
        return
    loop = supervision.start("time zone", _look, needed=False)
    try:
        yield
    finally:
        await loop.stop()


async def _look() -> None:
    while not await _learn():  # noqa: ASYNC110 - it becomes known in the database, which signals nothing
        await asyncio.sleep(_LOOK_SECONDS)
    await asyncio.Event().wait()


async def _learn() -> bool:
    current = await organisation.current()
    if current is not None:
        times.use_zone(current.time_zone)
    return current is not None
