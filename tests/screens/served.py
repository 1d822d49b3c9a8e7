"""The real app on a real port, with one page more: one that breaks."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from litestar import get

from orderhub import app, settings
from orderhub.accounts.access import PUBLIC
from tests.live.house import Server
from tests.waiting import until


@get("/broken", guards=[PUBLIC], include_in_schema=False)
async def broken() -> str:
    """Fail as no page should."""
    raise RuntimeError("the pictures need a page that breaks")


@asynccontextmanager
async def served() -> AsyncIterator[str]:
    """Serve on the open database until the block ends; returns the address."""
    hub = app.create(settings.load({"ORDERHUB_DATA": "/nowhere"}), lifespan=[app.at_home, app.live_pages])
    hub.register(broken)
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(
        uvicorn.Config(
            hub,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            log_config=None,
            timeout_graceful_shutdown=1,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await until(lambda: server.started, seconds=20)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
