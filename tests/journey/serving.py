"""The app on a real port, in this process and on the database that is open."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from orderhub import app, settings
from tests.live.house import Server
from tests.waiting import until


@asynccontextmanager
async def serving() -> AsyncIterator[str]:
    """Serve until the block ends; gives the address."""
    served = app.create(settings.load({"ORDERHUB_DATA": "/nowhere"}), lifespan=[app.live_pages])
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(served, ws="websockets-sansio", log_config=None, timeout_graceful_shutdown=1)
    server = Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    await until(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
