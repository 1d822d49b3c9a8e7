"""A hub outgrows its embedded database, and may come back: everything comes along, as README.md says it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from orderhub.kernel import postgres
from orderhub.storage.embedded import EmbeddedServer
from tests.fleet.hubs import SECRET, Running, Served, becomes_well, running
from tests.folders import short_folder
from tests.placed import draft, placed, shop
from tests.redis_servers import RedisServer
from tests.redis_servers import redis as redis
from tests.servers import Servers, elsewhere


@pytest.fixture
def around() -> Iterator[Path]:
    """Where the data folders of this test lie."""
    with short_folder() as folder:
        yield folder


def data_folder(around: Path, name: str) -> Path:
    """A data folder with the root key of the hub, and nothing else."""
    (around / name).mkdir()
    key = around / name / "root.key"
    key.write_text(SECRET.hex().ljust(64, "0"))
    key.chmod(0o600)
    return around / name


async def does(data: Path, *command: str, **environment: str) -> str:
    """Run a command to its end, as it has to end, and return what it said."""
    one = Running(data, *command, **environment)
    await asyncio.to_thread(one.open)
    assert await asyncio.to_thread(one.process.wait, 90) == 0, one.log
    return one.log


async def sell(url: str, count: int) -> None:
    async with elsewhere(url):
        place = await shop()
        await placed([draft(place, str(2**60 + n)) for n in range(count)])


async def sold(url: str) -> int:
    async with elsewhere(url):
        return int(await postgres.fetchval("select count(*) from orders"))


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_hub_leaves_its_embedded_database_and_comes_back(
    servers: Servers, around: Path, redis: RedisServer
) -> None:
    small, file = data_folder(around, "small"), str(around / "hub.backup")
    key = {"ORDERHUB_SECRET": (small / "root.key").read_text()}
    own_key = {"ORDERHUB_SECRET": ""}
    embedded = Served(small, "--no-worker", **own_key)
    async with running(embedded, until_it_says="OrderHub is on"):
        await sell(EmbeddedServer(small).url, 3)
        assert await embedded.end() == 0
    await does(small, "backup", file, **own_key)

    big = key | {"DATABASE_URL": await servers.empty_database("postgresql-15")}
    await does(around / "host", "restore", file, **big)
    assert "every change is recorded" in await does(around / "host", "verify", **big)
    fleet = Served(around / "host", "--processes", "2", REDIS_URL=redis.url, **big)
    async with running(fleet, until_it_says="OrderHub is on"):
        await becomes_well(fleet)
        assert await sold(big["DATABASE_URL"]) == 3
        assert await fleet.end() == 0

    again = data_folder(around, "again")
    await does(around / "host", "backup", f"{file}.2", **big)
    await does(again, "restore", f"{file}.2", **own_key)
    assert "every change is recorded" in await does(again, "verify", **own_key)
    back = Served(again, "--no-worker", **own_key)
    async with running(back, until_it_says="OrderHub is on"):
        assert await sold(EmbeddedServer(again).url) == 3
        assert await back.end() == 0
