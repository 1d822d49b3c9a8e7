"""A hub, and phones."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.chromium import chromium as chromium
from tests.chromium import phone as new_phone
from tests.company import Company, company
from tests.pwa.phones import Hub, Phone

# A worker is installed and taken over in these tests, on machines that do much else.
expect.set_options(timeout=15_000)


@pytest_asyncio.fixture(loop_scope="session")
async def place(clean: str) -> Company:
    """The company, with its people."""
    return await company()


@pytest_asyncio.fixture(loop_scope="session")
async def hub(place: Company) -> AsyncIterator[Hub]:
    """A hub that serves."""
    async with Hub() as hub:
        yield hub


@pytest_asyncio.fixture(loop_scope="session")
async def phone(chromium: Browser, hub: Hub) -> AsyncIterator[Phone]:
    """A new phone; what its pages and worker complain of fails the test."""
    context = await new_phone(chromium, base_url=hub.address)
    context.set_default_timeout(20_000)
    page = await context.new_page()
    faults: list[str] = []
    context.on("weberror", lambda error: faults.append(str(error.error)))
    context.on(
        "console",
        lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None,
    )
    yield Phone(context, page, hub)
    await context.close()
    assert faults == []
