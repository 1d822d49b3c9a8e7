"""Serving with several processes: the parent opens the socket and makes the database fit, and then only looks after them.

The parent holds the embedded server from before the first process until after the last, so it never stops in between; it
keeps no connection to the database itself.
"""

import asyncio
import signal
import socket
import sys
from collections.abc import Awaitable, Callable

from orderhub import process, supervision
from orderhub.fleet.fleet import Fleet
from orderhub.front import web_server
from orderhub.kernel import postgres
from orderhub.kernel.errors import Refusal
from orderhub.settings import Settings

# Besides the pool: what it says and what it hears on the bus.
_BESIDE_THE_POOL = 2


class OneProcessOnly(Refusal):
    """This system cannot hand one socket to several processes. Data: system."""


class TooFewConnections(Refusal):
    """The server allows fewer connections than the processes may open. Data: processes, each, needed, allowed."""


async def serve(
    settings: Settings, *, processes: int, working: bool, prepare: Callable[[], Awaitable[str]]
) -> None:
    """Serve with so many web processes, and one worker if it is to work too, until SIGINT or SIGTERM.

    ``prepare`` is called with the database open; what it returns is printed once all processes serve. SIGHUP replaces one
    process after the other, so that a new release comes in without an end of service.
    """
    if sys.platform == "win32":
        raise OneProcessOnly(system=sys.platform)
    kinds = [*(["web"] * processes), *(["worker"] if working else [])]
    with web_server.listener(settings.host, settings.port) as door:
        async with process.server(settings) as url:
            async with process.opened(url, connections=2):
                await process.make_fit(settings)
                await _require_connections(len(kinds), settings.connections + _BESIDE_THE_POOL)
                where = await prepare()
            await _look_after(_fleet(kinds, door, settings), where)


async def _require_connections(processes: int, each: int) -> None:
    allowed: int = await postgres.fetchval(
        "select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
    )
    if processes * each > allowed:
        raise TooFewConnections(processes=processes, each=each, needed=processes * each, allowed=allowed)


def _fleet(kinds: list[str], door: socket.socket, settings: Settings) -> Fleet:
    # The address may have come with the command, and not from the environment.
    told = {"ORDERHUB_HOST": settings.host, "ORDERHUB_PORT": str(settings.port)}
    return Fleet(kinds, listener=door, environment=told)


async def _look_after(fleet: Fleet, where: str) -> None:
    loop, ended, renewing = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    loop.add_signal_handler(signal.SIGHUP, renewing.set)
    beginning = loop.create_task(_begin(fleet, where))
    renewer = supervision.start("renewing", lambda: _renew_when(renewing, fleet))
    try:
        await ended.wait()
    finally:
        beginning.cancel()
        await asyncio.gather(beginning, return_exceptions=True)
        await renewer.stop()
        await fleet.stop()


async def _begin(fleet: Fleet, where: str) -> None:
    await fleet.start()
    print(where, flush=True)


async def _renew_when(renewing: asyncio.Event, fleet: Fleet) -> None:
    while await renewing.wait():
        renewing.clear()
        await fleet.renew()
