"""The live path of one web process, from the bus to the sockets: started and ended with the app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from orderhub.live import meters
from orderhub.live.catchup import CatchUp
from orderhub.live.hub import Hub
from orderhub.live.way import open_way


@asynccontextmanager
async def running(hub: Hub) -> AsyncIterator[None]:
    """Run the bus, the catch-up and the hub; the database must be open."""
    catchup = CatchUp()
    async with open_way(on_gap=catchup.hurry):
        hub.start()
        meters.watch(hub)
        catchup.start()
        try:
            yield
        finally:
            await hub.stop()
            await catchup.stop()
