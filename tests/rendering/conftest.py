"""A real Chromium, and a stand-in for the hub."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.chromium import chromium as chromium
from tests.rendering.stand_in import StandIn

PHONE = {"width": 412, "height": 839}


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser) -> AsyncIterator[Page]:
    """A new phone; whatever its console complains of fails the test, but for connections that a test cuts."""
    context = await chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="zh-CN")  # type: ignore[arg-type]
    opened = await context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on(
        "console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None
    )
    yield opened
    await context.close()
    assert faults == []


@pytest_asyncio.fixture(loop_scope="session")
async def hub() -> AsyncIterator[StandIn]:
    """A stand-in that serves."""
    serving = StandIn()
    await serving.start()
    yield serving
    await serving.stop()
