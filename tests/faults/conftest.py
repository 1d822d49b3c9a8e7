"""The town, on servers that no other test uses."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.faults.town import Channel, Town
from tests.redis_servers import RedisServer
from tests.servers import Servers, SystemServer, elsewhere


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def town() -> AsyncIterator[Town]:
    """Two hosts, two workers, one Redis, one PostgreSQL, all running; each test leaves them well."""
    servers, redis = Servers(), RedisServer()
    with tempfile.TemporaryDirectory(prefix="orderhub-town-") as data:
        url = await servers.new_database("postgresql-15")
        server = servers.get("postgresql-15")
        assert isinstance(server, SystemServer)
        await redis.start()
        async with elsewhere(url), Town(url, server=server, redis=redis, data=Path(data)).open() as town:
            yield town
        await redis.stop()
        servers.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def channel(town: Town) -> Channel:
    """A shop that sells in town."""
    return await Channel.open()
