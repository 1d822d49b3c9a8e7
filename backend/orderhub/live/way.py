"""Which way messages go between the processes: over Redis where there is one, else over PostgreSQL."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from orderhub.kernel import bus
from orderhub.live.postgres_bus import PostgresBus
from orderhub.live.redis_bus import RedisBus
from orderhub.observability.meters import Gauge
from orderhub.storage import redis_server

LAG = Gauge("orderhub_bus_lag_seconds", "how long a fact is on its way from one process to another")
UNSENT = Gauge("orderhub_bus_unsent", "facts this process has not handed to the bus yet")


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
    LAG.ask(way.echo.lag_seconds)
    UNSENT.ask(lambda: way.unsent)
    try:
        yield
    finally:
        bus.use(None)
        for gauge in (LAG, UNSENT):
            gauge.ask(dict)
        await way.stop()


def _everything_may_be_old() -> None:
    bus.hear(None)
