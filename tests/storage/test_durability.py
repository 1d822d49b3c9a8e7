"""A server that may lose what it has acknowledged is refused, by name of the setting."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from orderhub.kernel import postgres
from orderhub.storage import durability
from orderhub.storage.durability import NotDurable, ServerTooOld, require_durable
from tests.servers import Servers, elsewhere


@pytest.mark.every_server
async def test_a_server_as_it_is_shipped_is_durable(database: str) -> None:
    await require_durable()


@pytest.mark.every_server
async def test_a_database_that_commits_without_waiting_is_refused(another_database: str) -> None:
    name = another_database.split("/")[3].split("?")[0]
    async with elsewhere(another_database):
        await postgres.execute(f"alter database {name} set synchronous_commit = off")
    async with elsewhere(another_database):
        with pytest.raises(NotDurable) as refused:
            await require_durable()
    assert refused.value.data == {"setting": "synchronous_commit", "expected": "on", "got": "off"}


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
async def test_a_server_that_may_lose_or_tear_pages_is_refused(servers: Servers, setting: str) -> None:
    url = servers.get("postgresql-15").url
    async with switched_off(url, setting), elsewhere(url):
        with pytest.raises(NotDurable) as refused:
            await require_durable()
    assert refused.value.data == {"setting": setting, "expected": "on", "got": "off"}


async def test_nobody_switches_the_embedded_server_off(servers: Servers) -> None:
    url = servers.get("embedded").url
    async with switched_off(url, "fsync"), elsewhere(url):
        await require_durable()


async def test_a_server_that_is_too_old_is_refused(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durability, "_OLDEST_VERSION", 99)
    with pytest.raises(ServerTooOld) as refused:
        await require_durable()
    assert refused.value.data["expected"] == 99


@asynccontextmanager
async def switched_off(url: str, setting: str) -> AsyncIterator[None]:
    """Switch a setting of the whole server off for a while, as its administrator would."""
    administrator = await asyncpg.connect(url)
    try:
        await administrator.execute(f"alter system set {setting} = off")
        await _reload(administrator)
        yield
    finally:
        await administrator.execute(f"alter system reset {setting}")
        await _reload(administrator)
        await administrator.close()


async def _reload(administrator: asyncpg.Connection) -> None:
    """Reload the server's settings; a session sees the new ones only after the server itself does."""
    before = await administrator.fetchval("select pg_conf_load_time()")
    await administrator.fetchval("select pg_reload_conf()")
    while await administrator.fetchval("select pg_conf_load_time()") == before:
        pass
