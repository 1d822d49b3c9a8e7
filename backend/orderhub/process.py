"""What every process of the hub holds while it runs: the root key, and the database, whose server it looks after."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from orderhub import supervision
from orderhub.desk import pressing
from orderhub.intake import outgoing, taking
from orderhub.intake.callbacks.calling import HttpCaller
from orderhub.kernel import postgres, secrets
from orderhub.kernel.errors import Refusal
from orderhub.kernel.group_commit import drain
from orderhub.observability import neighbours
from orderhub.settings import Settings
from orderhub.storage import migrating, redis_server, root_key
from orderhub.storage.durability import require_durable


class NoEmbeddedServer(Refusal):
    """On this system the hub cannot run a server of its own; name one in DATABASE_URL. Data: system."""


class RootKeyMissing(Refusal):
    """The root key that seals this database's data is not here. Data: place."""


class RootKeyWrong(Refusal):
    """The data of this database is sealed with another root key. Data: place, expected, got (names, not keys)."""


class DatabaseUnreachable(Refusal):
    """The server in DATABASE_URL does not let us in. Data: said."""

    status = 503


@asynccontextmanager
async def running(settings: Settings, *, as_: str = "web") -> AsyncIterator[None]:
    """Hold everything a serving process needs: root key, a durable server, a database migrated to this code.

    ``as_`` is what it is called in /metrics.
    """
    async with database(settings), neighbours.telling(settings.data / "metrics", as_):
        await make_fit(settings)
        outgoing.use(HttpCaller(settings.callback_hosts))
        async with redis_server.running(settings.redis_url):
            try:
                yield
            finally:
                await drain([taking.queue, taking.slow, pressing.queue])


@asynccontextmanager
async def tending(settings: Settings) -> AsyncIterator[None]:
    """Hold what a command needs that works on a hub's data: its database, migrated by the hub, and its own root key."""
    async with database(settings):
        await migrating.require_current()
        await _open_root_key(settings, make=False)
        yield


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[None]:
    """Open the database, as it is."""
    async with server(settings) as url, opened(url, connections=settings.connections):
        yield


@asynccontextmanager
async def server(settings: Settings) -> AsyncIterator[str]:
    """Tell where the database is; without DATABASE_URL the embedded server is started, supervised and left."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    async with _embedded(settings) as url:
        yield url


@asynccontextmanager
async def opened(url: str, *, connections: int) -> AsyncIterator[None]:
    """Open a database for this process."""
    try:
        await postgres.open(url, connections=connections)
    except (OSError, asyncpg.PostgresError) as error:
        raise DatabaseUnreachable(said=str(error) or type(error).__name__) from None
    try:
        yield
    finally:
        await postgres.close()


async def make_fit(settings: Settings) -> None:
    """Make sure that the open database keeps what it confirms, is migrated, and is sealed with our root key."""
    await require_durable()
    await migrating.migrate()
    await _open_root_key(settings, make=True)


def root_key_file(settings: Settings) -> Path:
    """Return where the root key lies when ORDERHUB_SECRET does not hold it."""
    return settings.data / "root.key"


def present_root_key(settings: Settings) -> bytes | None:
    """Return the root key of ORDERHUB_SECRET or of the data folder, if there is one."""
    return settings.secret or root_key.existing(root_key_file(settings))


async def _open_root_key(settings: Settings, *, make: bool) -> None:
    """Use the root key that seals this database's data; only a database nobody ran on yet may get a new one."""
    place = "ORDERHUB_SECRET" if settings.secret else str(root_key_file(settings))
    key = present_root_key(settings)
    if key is None:
        if not make or await root_key.needed() is not None:
            raise RootKeyMissing(place=place)
        key = secrets.root_from_file(root_key_file(settings))
    name, needed = root_key.name_of(key), await root_key.claim(root_key.name_of(key))
    if name != needed:
        raise RootKeyWrong(place=place, expected=needed, got=name)
    secrets.open_root(key)


@asynccontextmanager
async def _embedded(settings: Settings) -> AsyncIterator[str]:
    if sys.platform == "win32":
        raise NoEmbeddedServer(system=sys.platform)
    from orderhub.storage.embedded import EmbeddedServer  # needs flock, so it is out of reach on Windows

    embedded = EmbeddedServer(settings.data)
    await asyncio.to_thread(embedded.start)
    loop = supervision.start("database server", embedded.supervise)
    try:
        yield embedded.url
    finally:
        await loop.stop()
        await asyncio.to_thread(embedded.leave)
