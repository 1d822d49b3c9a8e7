"""What journeys need: nobody has guessed anything, a hub that can be killed, and buyers with phones."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from orderhub.journey import guesses
from tests.chromium import chromium as chromium
from tests.journey.buyers import Buyers
from tests.stories.hub import ServedHub


@pytest.fixture(autouse=True)
def _no_guesses() -> None:
    guesses.forget()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def served(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServedHub]:
    """A hub as its users have it: a process of its own, on the database of the tests."""
    hub = ServedHub(database, tmp_path_factory.mktemp("hub"))
    await hub.start()
    yield hub
    await hub.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def buyers(clean: str, served: ServedHub, chromium: Browser) -> AsyncIterator[Buyers]:
    """People with phones; whatever their consoles complain of fails the test."""
    made = Buyers(chromium, served)
    yield made
    await made.go_home()
