"""The one database of this process: a pool, and transactions that never nest, never leak and never travel.

Every write of the hub happens in ``transaction()``; one statement on its own is ``fetch``, ``execute`` ...
Pooled connections carry no session state (no SET, no LISTEN, no session locks), so none is reset on release.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from contextvars import ContextVar, Token
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeAlias

import asyncpg
import msgspec

from orderhub.kernel.errors import Refusal

# Piccolo finds its engine by this name; a value from the user's shell would belong to another project.
os.environ["PICCOLO_CONF"] = "orderhub.piccolo_conf"

Connection: TypeAlias = Any  # asyncpg ships no types
Record: TypeAlias = Any
Callback: TypeAlias = Callable[[], Awaitable[None]]

logger = logging.getLogger(__name__)

_READ_WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED"
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"


class NestedTransaction(RuntimeError):
    """A transaction, or a statement outside it, was begun while this task is inside one."""


class TransactionAborted(RuntimeError):
    """A statement failed, the error was swallowed, and so COMMIT rolled back: nothing was written."""


class DatabaseBusy(Refusal):
    """No connection became free in time. Data: waited_seconds, connections."""

    status = 503


@dataclass
class _Database:
    url: str
    pool: Any
    connections: int
    patience_seconds: float
    identity: str | None = None


_database: _Database | None = None
_current: ContextVar["Transaction | None"] = ContextVar("transaction", default=None)


async def open(  # noqa: A001 - read as postgres.open
    url: str, *, connections: int = 10, patience_seconds: float = 15.0
) -> None:
    """Open the pool of this process; ``patience_seconds`` is how long a request waits for a free connection."""
    global _database
    if _database is not None:
        raise RuntimeError("expected postgres.close() before another postgres.open()")
    pool = await asyncpg.create_pool(
        url, min_size=1, max_size=connections, init=_prepare, reset=_keep, server_settings=_SESSION
    )
    _database = _Database(url, pool, connections, patience_seconds)
    await load_identity()


async def close() -> None:
    """Close the pool; a connection still busy after 10 s is cut."""
    global _database
    if _database is None:
        return
    closing, _database = _database, None
    try:
        await asyncio.wait_for(closing.pool.close(), 10)
    except TimeoutError:
        closing.pool.terminate()


async def connect() -> Connection:
    """Return a connection of its own, outside the pool (to LISTEN, to hold a session lock); the caller closes it."""
    connection = await asyncpg.connect(_opened().url, server_settings=_SESSION)
    await _prepare(connection)
    return connection


def is_open() -> bool:
    """Tell whether this process has its database."""
    return _database is not None


def pool() -> Any:
    """Return the asyncpg pool, for Piccolo's engine."""
    return _opened().pool


def identity() -> str:
    """Return the short name of this very database; it changes when a backup is restored."""
    known = _opened().identity
    if known is None:
        raise RuntimeError("expected a migrated database, got one without an identity")
    return known


async def load_identity() -> None:
    """Read the database's identity; done by ``open`` and again after migrating."""
    if await fetchval("select to_regclass('installation')") is not None:
        _opened().identity = await fetchval(
            "select left(replace(identity::text, '-', ''), 12) from installation"
        )


def current() -> "Transaction | None":
    """Return the transaction this very task is in; a task spawned inside one is not in it."""
    transaction = _current.get()
    return transaction if transaction is not None and transaction.is_mine() else None


def transaction(*, snapshot: bool = False) -> "Transaction":
    """Begin a READ COMMITTED transaction, or with ``snapshot`` a read-only one that sees one moment."""
    return Transaction(_SNAPSHOT if snapshot else _READ_WRITE)


async def fetch(sql: str, *args: Any) -> list[Record]:
    """Run one statement on a pooled connection and return its rows."""
    async with _Borrowed() as connection:
        rows: list[Record] = await connection.fetch(sql, *args)
        return rows


async def fetchrow(sql: str, *args: Any) -> Record | None:
    """Run one statement on a pooled connection and return its first row."""
    async with _Borrowed() as connection:
        return await connection.fetchrow(sql, *args)


async def fetchval(sql: str, *args: Any) -> Any:
    """Run one statement on a pooled connection and return the first value of its first row."""
    async with _Borrowed() as connection:
        return await connection.fetchval(sql, *args)


async def execute(sql: str, *args: Any) -> str:
    """Run one statement on a pooled connection and return its command tag."""
    async with _Borrowed() as connection:
        tag: str = await connection.execute(sql, *args)
        return tag


async def ddl(sql: str) -> None:
    """Run one or more statements of a migration, in the migration's transaction where there is one."""
    inside = current()
    await (inside.execute(sql) if inside else execute(sql))


class Transaction:
    """One transaction on one connection. Handed down as ``tx``; used as ``async with postgres.transaction() as tx``."""

    __slots__ = ("_after", "_begin", "_savepoints", "_task", "_token", "connection")

    connection: Connection

    def __init__(self, begin: str) -> None:
        self._begin = begin
        self._after: list[Callback] = []
        self._savepoints = 0

    async def __aenter__(self) -> "Transaction":
        self.connection = await _acquire()
        try:
            await self.connection.execute(self._begin)
        except BaseException:
            await _release(self.connection)
            raise
        self._task = asyncio.current_task()
        self._token: Token[Transaction | None] = _current.set(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                await self._commit()
            else:
                await self._rollback()
        finally:
            _current.reset(self._token)
            await _release(self.connection)
        if error is None:
            await self._run_after_commit()

    def is_mine(self) -> bool:
        """Tell whether the running task is the one that began this transaction."""
        return self._task is asyncio.current_task()

    def after_commit(self, callback: Callback) -> None:
        """Call this once COMMIT succeeded, outside the transaction; its errors are logged, never raised."""
        self._after.append(callback)

    def savepoint(self) -> "Savepoint":
        """Begin a part that may fail alone: an error leaving its block undoes the part, and still propagates."""
        self._savepoints += 1
        return Savepoint(self, f"part_{self._savepoints}")

    async def fetch(self, sql: str, *args: Any) -> list[Record]:
        """Run a statement and return its rows."""
        rows: list[Record] = await self.connection.fetch(sql, *args)
        return rows

    async def fetchrow(self, sql: str, *args: Any) -> Record | None:
        """Run a statement and return its first row."""
        return await self.connection.fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: Any) -> Any:
        """Run a statement and return the first value of its first row."""
        return await self.connection.fetchval(sql, *args)

    async def execute(self, sql: str, *args: Any) -> str:
        """Run a statement (or several without arguments) and return the command tag."""
        tag: str = await self.connection.execute(sql, *args)
        return tag

    async def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once a row, in one round trip."""
        await self.connection.executemany(sql, rows)

    async def copy_records(
        self, table: str, *, columns: Sequence[str], records: Iterable[Sequence[Any]]
    ) -> None:
        """Write many rows by COPY."""
        await self.connection.copy_records_to_table(table, columns=columns, records=records)

    async def _commit(self) -> None:
        # After a swallowed error PostgreSQL answers COMMIT with "ROLLBACK" and no error.
        if await self.connection.execute("COMMIT") != "COMMIT":
            raise TransactionAborted("expected COMMIT, got ROLLBACK: an error inside was swallowed")

    async def _rollback(self) -> None:
        # A dead connection must not hide the error that brought us here; release() drops it.
        with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            await self.connection.execute("ROLLBACK")

    async def _run_after_commit(self) -> None:
        for callback in self._after:
            try:
                await callback()
            except Exception:  # the write is done; what follows it must not undo the answer
                logger.exception("a callback after commit failed")


class Savepoint:
    """A part of a transaction that may fail alone."""

    __slots__ = ("_name", "_transaction")

    def __init__(self, transaction: Transaction, name: str) -> None:
        self._transaction = transaction
        self._name = name

    async def __aenter__(self) -> None:
        await self._transaction.execute(f"SAVEPOINT {self._name}")

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        undo = f"ROLLBACK TO SAVEPOINT {self._name}; " if error else ""
        await self._transaction.execute(f"{undo}RELEASE SAVEPOINT {self._name}")


class _Borrowed:
    """A pooled connection for one statement."""

    __slots__ = ("_connection",)

    async def __aenter__(self) -> Connection:
        self._connection = await _acquire()
        return self._connection

    async def __aexit__(self, *_: object) -> None:
        await _release(self._connection)


async def _acquire() -> Connection:
    if current() is not None:
        raise NestedTransaction(
            "expected use of the transaction at hand (tx), got a second connection beside it"
        )
    database = _opened()
    try:
        return await database.pool.acquire(timeout=database.patience_seconds)
    except TimeoutError:
        raise DatabaseBusy(
            waited_seconds=database.patience_seconds, connections=database.connections
        ) from None


async def _release(connection: Connection) -> None:
    # The pool belongs to the connection, not to the module: it may have been closed meanwhile.
    await connection._holder._pool.release(connection)


def _opened() -> _Database:
    if _database is None:
        raise RuntimeError("expected postgres.open() before the database is used")
    return _database


async def _prepare(connection: Connection) -> None:
    # Binary, because COPY has no text codecs; jsonb's binary form is a version byte 1, then the text.
    for name, encode, decode in (("jsonb", _to_jsonb, _from_jsonb), ("json", _to_json, msgspec.json.decode)):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=encode, decoder=decode, format="binary"
        )


def _to_json(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else msgspec.json.encode(value)


def _to_jsonb(value: Any) -> bytes:
    return b"\x01" + _to_json(value)


def _from_jsonb(raw: bytes) -> Any:
    return msgspec.json.decode(raw[1:])


async def _keep(connection: Connection) -> None:
    """Leave a released connection as it is: saves a round trip each time."""


_SESSION = {"application_name": "orderhub", "timezone": "UTC"}
