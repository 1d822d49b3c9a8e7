"""The live path of one web process, from the bus to the sockets: started and ended with the app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from orderhub.kernel import bus
from orderhub.live.catchup import CatchUp
from orderhub.live.hub import Hub
from orderhub.live.postgres_bus import PostgresBus


@asynccontextmanager
async def running(hub: Hub) -> AsyncIterator[None]:
    """Run the bus, the catch-up and the hub; the database must be open."""
    catchup = CatchUp()
    way = PostgresBus(on_gap=catchup.hurry)
    hub.start()
    catchup.start()
    way.start()
    bus.use(way)
    try:
        yield
    finally:
        bus.use(None)
        await hub.stop()
        await catchup.stop()
        await way.stop()
