"""Each trap of Piccolo's stock engine: the same test passes on ours and fails on the stock class.

"stock" is marked as a strict expected failure, so a test that stops telling the two apart fails itself.
"""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from piccolo.engine.postgres import PostgresEngine

from orderhub.kernel import pool, postgres
from orderhub.storage.engine import DB
from tests.servers import elsewhere

pytestmark = pytest.mark.every_server

_CONNECTIONS = 3
_STOCK = pytest.param("stock", marks=pytest.mark.xfail(strict=True, reason="the trap of the stock class"))


@pytest_asyncio.fixture(loop_scope="session", params=["ours", _STOCK])
async def engine(request: pytest.FixtureRequest, database: str) -> AsyncIterator[PostgresEngine]:
    """An engine with three connections, ours or the stock one."""
    await postgres.ddl(
        "create table crates (id integer primary key, inside integer references crates deferrable initially deferred)"
    )
    if request.param == "ours":
        async with elsewhere(database, connections=_CONNECTIONS, patience_seconds=3):
            yield DB
    else:
        stock = PostgresEngine(config={"dsn": database})
        await stock.start_connection_pool(min_size=1, max_size=_CONNECTIONS)
        yield stock
        assert stock.pool is not None
        stock.pool.terminate()
    await postgres.ddl("drop table crates")


async def ids(engine: PostgresEngine) -> list[int]:
    async with asyncio.timeout(5):
        return [row["id"] for row in await engine.run_ddl("select id from crates order by id")]


async def test_a_failed_commit_gives_its_connection_back(engine: PostgresEngine) -> None:
    for _ in range(_CONNECTIONS + 1):
        # The stock pool is empty after three, and its acquire() has no timeout; ours may be slow.
        async with asyncio.timeout(5 if engine is DB else 1):
            await asyncio.create_task(_fail_to_commit(engine))
    assert await ids(engine) == []


async def test_a_failed_commit_leaves_no_transaction_behind(engine: PostgresEngine) -> None:
    await _fail_to_commit(engine)
    with pytest.raises(LookupError):
        async with engine.transaction():
            await engine.run_ddl("insert into crates values (1)")
            raise LookupError
    assert await ids(engine) == []


async def _fail_to_commit(engine: PostgresEngine) -> None:
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with engine.transaction():
            await engine.run_ddl("insert into crates values (1, 99)")


async def test_nesting_never_commits_what_failed(engine: PostgresEngine) -> None:
    async with engine.transaction():
        await engine.run_ddl("insert into crates values (1)")
        with pytest.raises((LookupError, postgres.NestedTransaction)):
            async with engine.transaction():
                await engine.run_ddl("insert into crates values (2)")
                raise LookupError
    assert await ids(engine) == [1]


async def test_a_spawned_task_writes_for_itself(engine: PostgresEngine) -> None:
    with pytest.raises(LookupError):
        async with engine.transaction():
            await asyncio.create_task(engine.run_ddl("insert into crates values (1)"))
            raise LookupError
    assert await ids(engine) == [1]


async def test_a_task_that_outlives_the_transaction_still_writes(engine: PostgresEngine) -> None:
    committed = asyncio.Event()

    async def later() -> None:
        await committed.wait()
        await engine.run_ddl("insert into crates values (1)")

    async with engine.transaction():
        task = asyncio.create_task(later())
    committed.set()
    await task
    assert await ids(engine) == [1]


async def test_tasks_gathered_inside_a_transaction_do_not_collide(engine: PostgresEngine) -> None:
    async with engine.transaction():
        await asyncio.gather(*(engine.run_ddl(f"insert into crates values ({n})") for n in (1, 2)))
    assert await ids(engine) == [1, 2]


async def test_a_lost_connection_does_not_hide_the_first_error(engine: PostgresEngine, database: str) -> None:
    with pytest.raises(LookupError):
        async with engine.transaction() as transaction:
            await _kill(database, await transaction.connection.fetchval("select pg_backend_pid()"))
            raise LookupError
    assert await ids(engine) == []


async def test_a_swallowed_error_is_not_answered_as_committed(engine: PostgresEngine) -> None:
    with pytest.raises(postgres.TransactionAborted):
        async with engine.transaction():
            await engine.run_ddl("insert into crates values (1)")
            with pytest.raises(asyncpg.UniqueViolationError):
                await engine.run_ddl("insert into crates values (1)")
    assert await ids(engine) == []


async def test_importing_the_engine_does_not_connect() -> None:
    kept, pool.opened = pool.opened, None
    try:
        assert type(DB)().pool is None
    finally:
        pool.opened = kept


async def _kill(url: str, backend: int) -> None:
    killer = await asyncpg.connect(url)
    try:
        await killer.fetchval("select pg_terminate_backend($1, 5000)", backend)
    finally:
        await killer.close()
