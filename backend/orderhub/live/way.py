"""Which way messages go between the processes: over Redis where there is one, else over PostgreSQL."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from orderhub.kernel import bus
from orderhub.live.postgres_bus import PostgresBus
from orderhub.live.redis_bus import RedisBus
from orderhub.storage import redis_server


@asynccontextmanager
async def open_way(on_gap: Callable[[], None]) -> AsyncIterator[None]:
    """Let the bus go out of this process; ``on_gap`` is called whenever something may have been missed."""
    way = (
        RedisBus(on_gap=on_gap, on_loss=_everything_may_be_old)
        if redis_server.in_use()
        else PostgresBus(on_gap=on_gap)
    )
    way.start()
    bus.use(way)
    try:
        yield
    finally:
        bus.use(None)
        await way.stop()


def _everything_may_be_old() -> None:
    bus.hear(None)
