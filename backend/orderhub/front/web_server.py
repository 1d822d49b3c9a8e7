"""The web server: uvicorn, told once how this hub is served, and ended so that what stands around it ends in order."""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn

from orderhub.front.connections import Connection
from orderhub.kernel.errors import Refusal
from orderhub.live.raw import SocketProtocol

_PATIENCE_SECONDS = 10  # requests under way are finished this long; sockets are told to come back
# What batches of orders allocate and free is not looked through meanwhile: three of them hold 60,000 objects.
_GARBAGE_EVERY = (100_000, 20, 20)


class AddressTaken(Refusal):
    """The hub cannot listen there. Data: host, port, said."""


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return the faster event loop where there is one."""
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop


async def serve(app: Any, *, host: str, port: int, listening: Callable[[], Awaitable[None]]) -> None:
    """Serve until SIGINT or SIGTERM; ``listening`` is called once the hub answers."""
    with listener(host, port) as door:
        await serve_on(door, app, listening=listening)


async def serve_on(door: socket.socket, app: Any, *, listening: Callable[[], Awaitable[None]]) -> None:
    """Serve on a socket that listens already, which other processes may serve on as well."""
    allow_many_sockets()
    config = uvicorn.Config(
        app,
        lifespan="on",
        http=Connection,
        ws=SocketProtocol,
        ws_per_message_deflate=False,  # a socket of 1,000 would cost twice the memory and CPU
        ws_max_size=65_536,
        proxy_headers=False,  # the app believes TRUSTED_PROXIES, and nobody else
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=_PATIENCE_SECONDS,
    )
    server = _Server(config, listening)
    await server.serve(sockets=[door])
    if not server.started:
        raise RuntimeError("the app did not start; the log says why")


def allow_many_sockets() -> None:
    """Take as many open files as the system grants: most shells begin with 1,024, and each live page holds one."""
    if sys.platform == "win32":
        return
    import resource

    _, granted = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # where "unlimited" is granted and not given
        resource.setrlimit(resource.RLIMIT_NOFILE, (granted, granted))


def listener(host: str, port: int) -> socket.socket:
    """Return a socket that listens there."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise AddressTaken(host=host, port=port, said=error.strerror or str(error)) from None


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, listening: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            _leave_alone_what_stays()
            await self._listening()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Uvicorn raises the signal once more at its end, which would kill us before the database is left.
        if sys.platform == "win32":
            with super().capture_signals():
                yield
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


def _leave_alone_what_stays() -> None:
    """Keep the garbage collector from walking through code, routes and templates, which live as long as the process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE_EVERY)
