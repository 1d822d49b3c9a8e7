"""The one database of this process: statements, and transactions that never nest, never leak and never travel.

Every write of the hub happens in ``transaction()``; one statement on its own is ``fetch``, ``execute`` ...
A task spawned inside a transaction is not in it; nesting raises; a COMMIT that failed gives its connection back.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import suppress
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Any, TypeAlias
from zlib import crc32

import asyncpg

from orderhub.kernel import pool
from orderhub.kernel.pool import Connection as Connection
from orderhub.kernel.pool import DatabaseBusy as DatabaseBusy
from orderhub.kernel.pool import close as close
from orderhub.kernel.pool import connect as connect
from orderhub.kernel.pool import identity as identity
from orderhub.kernel.pool import open as open  # noqa: A004

# Piccolo finds its engine by this name; a value from the user's shell would belong to another project.
os.environ["PICCOLO_CONF"] = "orderhub.piccolo_conf"

Record: TypeAlias = Any
Callback: TypeAlias = Callable[[], Awaitable[None]]

logger = logging.getLogger(__name__)

_READ_WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED"
_MOST_NAMES = 130
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"


class NestedTransaction(RuntimeError):
    """A transaction, or a statement outside it, was begun while this task is inside one."""


class TransactionAborted(RuntimeError):
    """A statement failed, the error was swallowed, and so COMMIT rolled back: nothing was written."""


_current: ContextVar["Transaction | None"] = ContextVar("transaction", default=None)


def current() -> "Transaction | None":
    """Return the transaction this very task is in; a task spawned inside one is not in it."""
    transaction = _current.get()
    return transaction if transaction is not None and transaction.is_mine() else None


def transaction(*, snapshot: bool = False, holding: Collection[str] = ()) -> "Transaction":
    """Begin a READ COMMITTED transaction, or with ``snapshot`` a read-only one that sees one moment.

    ``holding``: the names it locks before anything else (see ``lock_names``).
    """
    return Transaction(_SNAPSHOT if snapshot else _READ_WRITE, holding)


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

    __slots__ = ("_after", "_begin", "_held", "_holding", "_task", "_token", "connection", "known")

    connection: Connection

    def __init__(self, begin: str, holding: Collection[str] = ()) -> None:
        self._begin, self._holding = begin, holding
        self._held: set[str] = set()
        self._after: list[Callback] = []
        self.known: dict[object, Any] = {}  # what was read within it and is asked for again

    async def __aenter__(self) -> "Transaction":
        self.connection = await _acquire()
        try:
            await self.connection.execute(f"{self._begin};{self._lock(self._holding)}")
        except BaseException:
            await self._rollback()
            await pool.release(self.connection)
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
            await pool.release(self.connection)
        if error is None:
            await self._run_after_commit()

    def is_mine(self) -> bool:
        """Tell whether the running task is the one that began this transaction."""
        return self._task is asyncio.current_task()

    def after_commit(self, callback: Callback) -> None:
        """Call this once COMMIT succeeded, outside the transaction; its errors are logged, never raised."""
        self._after.append(callback)

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

    async def lock_names(self, names: Iterable[str]) -> None:
        """Wait for whoever holds one of these names, and hold them to the end: for what has no row yet to lock.

        Of very many none is held, as PostgreSQL's table of locks is small: they are written ``racing``.
        """
        if lock := self._lock(names):
            await self.execute(lock)

    def _lock(self, names: Iterable[str]) -> str:
        """Return the statement that locks what is not held yet; two names with one mark only wait for one another."""
        wanted = set(names) - self._held
        if not wanted or len(wanted) > _MOST_NAMES:
            return ""
        self._held |= wanted
        marks = sorted({crc32(name.encode()) for name in wanted})
        return f"select pg_advisory_xact_lock(mark) from unnest('{{{str(marks)[1:-1]}}}'::bigint[]) as mark"

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


class _Borrowed:
    """A pooled connection for one statement."""

    __slots__ = ("_connection",)

    async def __aenter__(self) -> Connection:
        self._connection = await _acquire()
        return self._connection

    async def __aexit__(self, *_: object) -> None:
        await pool.release(self._connection)


async def _acquire() -> Connection:
    if current() is not None:
        raise NestedTransaction(
            "expected use of the transaction at hand (tx), got a second connection beside it"
        )
    return await pool.acquire()
