"""The live path outlives its database."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from orderhub import supervision
from orderhub.kernel import views
from tests.live.house import Board, House, receive, text_of, watch
from tests.servers import Servers, SystemServer, elsewhere
from tests.subjects_by_hand import open_subject
from tests.waiting import until


@pytest_asyncio.fixture(loop_scope="session")
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SystemServer]:
    """A server that no other test uses, with this process's database on it."""
    monkeypatch.setattr(views, "_views", {})
    servers = Servers()
    url = await servers.new_database("postgresql-15")
    server = servers.get("postgresql-15")
    assert isinstance(server, SystemServer)
    async with elsewhere(url):
        yield server
    servers.stop()


async def test_a_restarted_database_is_found_again_and_nothing_is_missed(server: SystemServer) -> None:
    Board().register()
    async with House().open() as house, house.connect() as page:
        await watch(page, "test.counts")
        assert text_of(await receive(page)) == "nothing"
        await asyncio.to_thread(server.restart)
        await until(lambda: not supervision.ill(), seconds=30)
        await open_subject()
        async with asyncio.timeout(30):
            while text_of(await receive(page)) != "placed=1":
                pass
        assert supervision.ill() == []
