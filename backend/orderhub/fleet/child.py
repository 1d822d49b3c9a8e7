"""One process of the fleet, as its parent starts it: ``web LIFELINE LISTENER`` or ``worker LIFELINE LISTENER``.

The two numbers are open sockets. Settings come from the environment, as everywhere.
"""

import asyncio
import os
import socket
import sys

from orderhub import cli
from orderhub.fleet.lifeline import Lifeline
from orderhub.kernel.errors import Refusal
from orderhub.settings import Settings, load


def main(kind: str, lifeline: str, listener: str) -> int:
    """Work until the parent says so, or is gone."""
    work = {"web": _web, "worker": _worker}[kind]
    line, door = Lifeline(socket.socket(fileno=int(lifeline))), socket.socket(fileno=int(listener))
    try:
        settings = load(os.environ)
        cli.log(settings)
        work(settings, line, door)
    except Refusal as refusal:
        print(cli.said(refusal), file=sys.stderr)
        return 1
    return 0


def _web(settings: Settings, line: Lifeline, door: socket.socket) -> None:
    from orderhub.front import web_server

    with asyncio.Runner(loop_factory=web_server.loop_factory()) as runner:
        runner.run(_serve(settings, line, door))


async def _serve(settings: Settings, line: Lifeline, door: socket.socket) -> None:
    from orderhub import app, process
    from orderhub.front import health, web_server
    from orderhub.rendering import catalogue

    catalogue.forgive()
    await line.hold()
    health.watch("processes", line.ill, needed=False)
    async with process.running(settings):
        hub = app.create(settings, lifespan=[app.at_home, app.live_pages])
        await web_server.serve_on(door, hub, listening=line.say_ready)


def _worker(settings: Settings, line: Lifeline, door: socket.socket) -> None:
    door.close()
    asyncio.run(_work(settings, line))


async def _work(settings: Settings, line: Lifeline) -> None:
    from orderhub.commands.worker import work

    await line.hold()
    await work(settings, working=line.say_ready)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
