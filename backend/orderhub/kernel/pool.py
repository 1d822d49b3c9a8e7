"""The connections of this process to its one database. Used through ``orderhub.kernel.postgres``.

Pooled connections carry no session state (no SET, no LISTEN, no session locks), so none is reset on release:
that would cost a round trip each time.
"""

import asyncio
import socket
from dataclasses import dataclass
from typing import Any, TypeAlias

import asyncpg
import msgspec

from orderhub.kernel.errors import Refusal

Connection: TypeAlias = Any  # asyncpg ships no types

# A network that swallows packets and closes nothing is noticed within 20 s; by itself TCP takes a quarter of an hour.
_NOTICE = {"TCP_KEEPIDLE": 5, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 20_000}
_SESSION = {"application_name": "orderhub", "timezone": "UTC"}


class DatabaseBusy(Refusal):
    """No connection became free in time. Data: waited_seconds, connections."""

    status = 503


@dataclass
class Database:
    """The database this process has opened."""

    url: str
    pool: Any
    connections: int
    patience_seconds: float
    identity: str | None = None


opened: Database | None = None


async def open(  # noqa: A001 - read as postgres.open
    url: str, *, connections: int = 10, patience_seconds: float = 15.0
) -> None:
    """Open the pool of this process; ``patience_seconds`` is how long a request waits for a free connection."""
    global opened
    if opened is not None:
        raise RuntimeError("expected postgres.close() before another postgres.open()")
    made = await asyncpg.create_pool(
        url, min_size=1, max_size=connections, init=_prepare, reset=_keep, server_settings=_SESSION
    )
    opened = Database(url, made, connections, patience_seconds)
    await load_identity()


async def close() -> None:
    """Close the pool; a connection still busy after 10 s is cut."""
    global opened
    if opened is None:
        return
    closing, opened = opened, None
    try:
        await asyncio.wait_for(closing.pool.close(), 10)
    except TimeoutError:
        closing.pool.terminate()


async def connect() -> Connection:
    """Return a connection outside the pool (to LISTEN, to hold a session lock); the caller closes it."""
    connection = await asyncpg.connect(database().url, server_settings=_SESSION)
    await _prepare(connection)
    return connection


def database() -> Database:
    """Return what this process has opened."""
    if opened is None:
        raise RuntimeError("expected postgres.open() before the database is used")
    return opened


def identity() -> str:
    """Return the short name of this very database; it changes when a backup is restored."""
    known = database().identity
    if known is None:
        raise RuntimeError("expected a migrated database, got one without an identity")
    return known


async def load_identity() -> None:
    """Read the database's identity; done by ``open``, and again after migrating and restoring."""
    connection = await acquire()
    try:
        if await connection.fetchval("select to_regclass('installation')") is not None:
            text = await connection.fetchval("select identity::text from installation")
            database().identity = text.replace("-", "")[:12]
    finally:
        await release(connection)


async def acquire() -> Connection:
    """Take a connection from the pool; give it back with ``release``."""
    at = database()
    try:
        return await at.pool.acquire(timeout=at.patience_seconds)
    except TimeoutError:
        raise DatabaseBusy(waited_seconds=at.patience_seconds, connections=at.connections) from None


async def release(connection: Connection) -> None:
    """Give a connection back to the pool it came from, which may have been closed meanwhile."""
    await connection._holder._pool.release(connection)


async def _prepare(connection: Connection) -> None:
    wire = connection._transport.get_extra_info("socket")
    if wire.family in (socket.AF_INET, socket.AF_INET6):
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _NOTICE.items():
            if hasattr(socket, name):
                wire.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
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
    """Leave a released connection as it is."""
