"""One statement, one transaction, and what neither does: nest, leak, travel or swallow."""

import asyncio
import logging
from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from orderhub.kernel import pool, postgres
from orderhub.kernel.tables import Installation
from tests.servers import elsewhere

pytestmark = [pytest.mark.every_server, pytest.mark.usefixtures("table")]


@pytest_asyncio.fixture(loop_scope="session")
async def table(database: str) -> AsyncIterator[None]:
    await postgres.ddl("""
        create table crates (
            id integer primary key, inside integer references crates deferrable initially deferred, label jsonb
        )
    """)
    yield
    await postgres.ddl("drop table crates")


async def ids() -> list[int]:
    return [row["id"] for row in await postgres.fetch("select id from crates order by id")]


async def test_a_transaction_writes_when_its_block_ends_well() -> None:
    async with postgres.transaction() as tx:
        await tx.execute("insert into crates (id) values ($1)", 1)
        await tx.connection.executemany("insert into crates (id) values ($1)", [(2,), (3,)])
        await tx.copy_records("crates", columns=["id", "label"], records=[(4, {"fragile": True})])
        assert await ids_in(tx) == [1, 2, 3, 4]
    assert await ids() == [1, 2, 3, 4]


async def ids_in(tx: postgres.Transaction) -> list[int]:
    return [row["id"] for row in await tx.fetch("select id from crates order by id")]


async def test_an_error_undoes_everything_and_comes_out() -> None:
    with pytest.raises(LookupError):
        async with postgres.transaction() as tx:
            await tx.execute("insert into crates (id) values (1)")
            raise LookupError
    assert await ids() == []


async def test_a_second_transaction_or_connection_inside_one_is_refused() -> None:
    async with postgres.transaction() as tx:
        with pytest.raises(postgres.NestedTransaction):
            async with postgres.transaction():
                pytest.fail("began a second transaction")
        with pytest.raises(postgres.NestedTransaction):
            await postgres.execute("insert into crates (id) values (1)")
        await tx.execute("insert into crates (id) values (2)")
    assert await ids() == [2]


async def test_a_snapshot_sees_one_moment_and_writes_nothing() -> None:
    async with postgres.transaction(snapshot=True) as tx:
        assert await ids_in(tx) == []
        await asyncio.create_task(postgres.execute("insert into crates (id) values (1)"))
        assert await ids_in(tx) == []
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with postgres.transaction(snapshot=True) as tx:
            await tx.execute("insert into crates (id) values (2)")
    assert await ids() == [1]


async def test_what_follows_a_commit_runs_after_it_and_outside_it() -> None:
    seen: list[list[int]] = []

    async def look() -> None:
        assert postgres.current() is None
        seen.append(await ids())

    async with postgres.transaction() as tx:
        tx.after_commit(look)
        await tx.execute("insert into crates (id) values (1)")
        assert seen == []
    assert seen == [[1]]


async def test_what_follows_a_commit_never_undoes_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    calls: list[str] = []

    async def break_down() -> None:
        raise LookupError("nobody listens")

    async def note() -> None:
        calls.append("second")

    async with postgres.transaction() as tx:
        tx.after_commit(break_down)
        tx.after_commit(note)
        await tx.execute("insert into crates (id) values (1)")
    assert calls == ["second"]
    assert await ids() == [1]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


async def test_nothing_follows_a_rollback_or_a_failed_commit() -> None:
    async def never() -> None:
        pytest.fail("ran although nothing was committed")

    with pytest.raises(LookupError):
        async with postgres.transaction() as tx:
            tx.after_commit(never)
            raise LookupError
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with postgres.transaction() as tx:
            tx.after_commit(never)
            await tx.execute("insert into crates (id, inside) values (1, 99)")


async def test_a_request_waits_for_a_connection_only_so_long(database: str) -> None:
    async with elsewhere(database, connections=1, patience_seconds=0.05), postgres.transaction():
        with pytest.raises(postgres.DatabaseBusy) as refused:
            await asyncio.create_task(postgres.fetch("select 1"))
    assert refused.value.data == {"waited_seconds": 0.05, "connections": 1}


async def test_a_cancelled_transaction_gives_its_connection_back(database: str) -> None:
    async def sleep_inside() -> None:
        async with postgres.transaction() as tx:
            await tx.execute("insert into crates (id) values (1)")
            await tx.execute("select pg_sleep(60)")

    async with elsewhere(database, connections=1, patience_seconds=5):
        for _ in range(3):
            task = asyncio.create_task(sleep_inside())
            await _until_it_sleeps(database)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert await ids() == []


async def _until_it_sleeps(url: str) -> None:
    watcher = await asyncpg.connect(url)
    sleeping = "select exists (select from pg_stat_activity where state = 'active' and query = $1)"
    try:
        while not await watcher.fetchval(sleeping, "select pg_sleep(60)"):
            pass
    finally:
        await watcher.close()


async def test_json_goes_in_and_comes_out_as_objects() -> None:
    label = {"名字": "箱", "id": 2**60 + 1, "lines": [1.5, None, True]}
    assert await postgres.fetchval("select $1::jsonb", label) == label
    assert await postgres.fetchval("select $1::jsonb", '{"already": "text"}') == {"already": "text"}
    assert await postgres.fetchval("select $1::json", label) == label
    assert await postgres.fetchval("select $1::jsonb[]", [label, {}]) == [label, {}]
    assert (
        await postgres.fetchval("select sum(n) from jsonb_to_recordset($1) r(n int)", [{"n": 1}, {"n": 2}])
        == 3
    )


async def test_piccolo_shares_the_pool_and_the_transaction() -> None:
    found = await Installation.select().first()
    assert found is not None
    assert isinstance(found["identity"], UUID)
    with pytest.raises(LookupError):
        async with postgres.transaction():
            await Installation.raw("insert into crates (id) values (1)")
            await postgres.ddl("create table sheds (id integer)")
            raise LookupError
    assert await ids() == []


async def test_a_database_names_itself(database: str) -> None:
    identity = await postgres.fetchval("select replace(identity::text, '-', '') from installation")
    assert identity.startswith(postgres.identity())
    assert len(postgres.identity()) == 12
    async with elsewhere(database):
        assert identity.startswith(postgres.identity())


async def test_one_process_has_one_database(database: str) -> None:
    with pytest.raises(RuntimeError, match=r"expected postgres\.close\(\)"):
        await postgres.open(database)
    kept, pool.opened = pool.opened, None
    try:
        with pytest.raises(RuntimeError, match=r"expected postgres\.open\(\)"):
            await postgres.fetch("select 1")
    finally:
        pool.opened = kept


async def test_who_gives_up_waiting_for_a_name_leaves_a_clean_connection(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def wait() -> None:
        async with postgres.transaction(holding=["a name"]):
            raise AssertionError("somebody else holds it")

    async with postgres.transaction(holding=["a name"]):
        waiting = asyncio.create_task(wait())
        await until_waiting()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    async with postgres.transaction(holding=["a name"]) as tx:
        assert await tx.fetchval("select count(*) from pg_locks where locktype = 'advisory' and granted") == 1
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def until_waiting() -> None:
    """Wait until somebody waits for a name."""
    connection = await postgres.connect()
    try:
        while not await connection.fetchval(  # noqa: ASYNC110 - the database tells nobody
            "select count(*) from pg_locks where locktype = 'advisory' and not granted"
        ):
            await asyncio.sleep(0.01)
    finally:
        await connection.close()
