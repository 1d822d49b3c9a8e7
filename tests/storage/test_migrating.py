"""Migrations: in order, once, one host at a time, whole or not at all; and which code may use which database."""

import asyncio
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import pytest_asyncio
from piccolo.conf.apps import Finder

from orderhub.kernel import postgres
from orderhub.storage import migrating
from orderhub.storage.migrating import DatabaseTooNew, MigrationBusy, MigrationMissing
from tests.servers import Servers, elsewhere

pytestmark = pytest.mark.every_server

_MIGRATION = """
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from orderhub.kernel import postgres

ID = "{id}"
VERSION = "1.38.0"
DESCRIPTION = ""

async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="{room}", description="")

    async def build():
        await postgres.ddl({sql!r})

    manager.add_raw(build)
    return manager
"""


@pytest_asyncio.fixture(loop_scope="session")
async def empty(server_kind: str, servers: Servers) -> AsyncIterator[str]:
    """A database nobody migrated, opened."""
    url = await servers.empty_database(server_kind)
    async with elsewhere(url):
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def rooms(
    another_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Path]:
    """A migrated database, opened; and a folder where `write` puts migrations of two more rooms, sheds before crates."""
    configs = []
    for room in ("sheds", "crates"):
        (tmp_path / room).mkdir()
        configs.append(SimpleNamespace(app_name=room, resolved_migrations_folder_path=str(tmp_path / room)))
    monkeypatch.setattr(Finder, "get_app_configs", lambda *_, **__: configs)
    async with elsewhere(another_database):
        yield tmp_path


def write(rooms: Path, room: str, number: str, sql: str) -> None:
    text = _MIGRATION.format(id=f"2030-01-01T00:00:00:00000{number}", room=room, sql=sql)
    (rooms / room / f"{room}_{number}.py").write_text(textwrap.dedent(text))


async def tables() -> list[str]:
    rows = await postgres.fetch("select tablename from pg_tables where schemaname = 'public' order by 1")
    return [row["tablename"] for row in rows]


async def test_every_room_is_migrated_once(empty: str) -> None:
    ran = await migrating.migrate()
    assert ran[0] == "kernel: 2026-11-22T00:00:00:000000"
    assert sorted(ran) == await migrating.applied()
    assert await migrating.migrate() == []
    await migrating.require_current()
    assert len(postgres.identity()) == 12


async def test_migrations_make_no_rows_of_their_own(empty: str) -> None:
    """So an empty database is one without rows, and a backup needs no exceptions."""
    await migrating.migrate()
    filled = [
        name for name in await tables() if await postgres.fetchval(f'select exists (select from "{name}")')
    ]
    assert filled == ["installation", "migration", "schema_state"]


async def test_rooms_run_in_their_order_and_each_by_number(rooms: Path) -> None:
    write(rooms, "crates", "1", "create table crates (shed integer references sheds)")
    write(rooms, "crates", "2", "alter table crates add column label text")
    write(rooms, "sheds", "1", "create table sheds (id integer primary key)")
    assert [name.split(":")[0] for name in await migrating.migrate()] == ["sheds", "crates", "crates"]
    write(rooms, "sheds", "2", "alter table sheds add column label text")
    with pytest.raises(MigrationMissing, match="sheds"):
        await migrating.require_current()
    assert await migrating.migrate() == ["sheds: 2030-01-01T00:00:00:000002"]


async def test_a_migration_that_fails_leaves_nothing_and_is_tried_again(rooms: Path) -> None:
    write(rooms, "sheds", "1", "create table sheds (id integer)")
    write(rooms, "crates", "1", "create table crates (id integer); select 1 / 0")
    with pytest.raises(Exception, match="division by zero"):
        await migrating.migrate()
    assert {"sheds", "crates"} & set(await tables()) == {"sheds"}
    write(rooms, "crates", "1", "create table crates (id integer)")
    assert await migrating.migrate() == ["crates: 2030-01-01T00:00:00:000001"]


async def test_two_hosts_that_start_at_once_do_not_collide(empty: str) -> None:
    ran = await asyncio.gather(migrating.migrate(), migrating.migrate())
    assert sorted(map(len, ran)) == [0, len(await migrating.applied())]


async def test_a_host_does_not_wait_for_ever(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrating, "_LOCK_WAIT_SECONDS", 0.05)
    other_host = await postgres.connect()
    try:
        await other_host.execute("select pg_advisory_lock($1)", migrating._LOCK)
        with pytest.raises(MigrationBusy):
            await migrating.migrate()
    finally:
        await other_host.close()


async def test_a_blocked_migration_gives_up_instead_of_stopping_the_shop(rooms: Path) -> None:
    write(rooms, "sheds", "1", "create table sheds (id integer)")
    await migrating.migrate()
    write(rooms, "sheds", "2", "set local lock_timeout = '50ms'; alter table sheds add column label text")
    reader = await postgres.connect()
    try:
        await reader.execute("begin; lock table sheds in access share mode")
        with pytest.raises(Exception, match="lock timeout"):
            await migrating.migrate()
    finally:
        await reader.close()


async def test_code_refuses_only_a_database_that_has_contracted_beyond_it(empty: str) -> None:
    with pytest.raises(MigrationMissing):
        await migrating.require_current()
    await migrating.migrate()
    await postgres.execute("update schema_state set newest_code = $1", migrating.CODE + 1)
    await migrating.require_current()
    assert await migrating.migrate() == []
    assert await postgres.fetchval("select newest_code from schema_state") == migrating.CODE + 1
    await postgres.execute("update schema_state set oldest_code = newest_code")
    for refused in (migrating.require_current, migrating.migrate):
        with pytest.raises(DatabaseTooNew) as error:
            await refused()
        assert error.value.data == {"oldest_code": migrating.CODE + 1, "code": migrating.CODE}
