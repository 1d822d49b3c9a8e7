"""The Redis of REDIS_URL: how a process reaches it. It holds nothing that must last, and may be away at any time.

Live events pass through it, and tries are counted in it (``redis_tallies``); sessions and everything else stay in
PostgreSQL. Each call is tried once and waits a second at most: whoever calls has another way, and takes it at once.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from orderhub.accounts import tallies
from orderhub.kernel import postgres
from orderhub.storage.redis_tallies import RedisTallies

AWAY = (RedisError, OSError, TimeoutError)
_PATIENCE_SECONDS = 1.0

_url: str | None = None


@asynccontextmanager
async def running(url: str | None) -> AsyncIterator[None]:
    """Use this Redis while the block lasts, whether it answers or not; None uses none."""
    global _url
    if url is None:
        yield
        return
    _url = url
    async with connected(_PATIENCE_SECONDS) as redis:
        tallies.share(RedisTallies(redis, prefix=prefix()))
        try:
            yield
        finally:
            tallies.share(None)
            _url = None


def in_use() -> bool:
    """Tell whether this process has a Redis."""
    return _url is not None


def prefix() -> str:
    """Return what every key begins with: hubs may share a Redis, and a restored database is another one."""
    return f"orderhub:{postgres.identity()}:"


@asynccontextmanager
async def connected(patience_seconds: float) -> AsyncIterator[Redis]:
    """Open a client; no answer may take longer than this, nor the connection longer than a second."""
    if _url is None:
        raise RuntimeError("expected redis_server.running() before Redis is used")
    # RESP2: with RESP3 the client subscribes to notifications of a vendor's cloud at every connection.
    redis = Redis.from_url(
        _url,
        protocol=2,
        retry=Retry(NoBackoff(), 0),
        socket_timeout=patience_seconds,
        socket_connect_timeout=_PATIENCE_SECONDS,
        client_name="orderhub",
    )
    try:
        yield redis
    finally:
        await redis.aclose()


async def ill() -> str | None:
    """Say for ``/readyz`` what a Redis that is away means; None while it answers."""
    try:
        async with connected(_PATIENCE_SECONDS) as redis, asyncio.timeout(_PATIENCE_SECONDS):
            await redis.ping()
    except AWAY:
        return "away: other processes' changes show within 2 s, and tries are counted without it"
    return None
