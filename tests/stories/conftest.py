"""What stories need: a browser, and a hub that can be killed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.chromium import chromium as chromium
from tests.stories.hub import ServedHub


@pytest_asyncio.fixture(loop_scope="session")
async def served(clean: str, tmp_path: Path) -> AsyncIterator[ServedHub]:
    """A hub as its users have it: a process of its own, on a database of the test."""
    hub = ServedHub(clean, tmp_path)
    await hub.start()
    yield hub
    await hub.stop()
