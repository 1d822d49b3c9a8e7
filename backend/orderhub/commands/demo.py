"""Serve a living demo: a small shop whose orders come through the signed door and move, until stopped.

It lives in a folder of its own (`demo` in the data folder), so that it never meets real orders; a second start goes on
where the first one ended. Everybody may sign in with the printed names, so it listens on this machine only.
"""

import argparse
import asyncio
import logging
import os
from typing import TYPE_CHECKING

import msgspec

from orderhub.settings import Settings

if TYPE_CHECKING:
    from orderhub.rendering.catalogue import Words

NAME = "demo"
HELP = "serve a living demo of a small shop"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take another address or port than the settings name, and how fast life goes."""
    parser.add_argument("--host", help="an address of this machine only (ORDERHUB_HOST)")
    parser.add_argument("--port", type=int, help="the port to listen on (ORDERHUB_PORT)")
    parser.add_argument(
        "--speed", type=float, default=1.0, help="how many times as fast as life (0.1 to 100)"
    )


def run(arguments: argparse.Namespace, settings: Settings) -> None:
    """Serve the demo until told to end."""
    from orderhub.demo import loopback
    from orderhub.front import web_server

    told = {name: value for name in ("host", "port") if (value := getattr(arguments, name)) is not None}
    settings = msgspec.structs.replace(settings, **told, data=settings.data / "demo")
    loopback.require(settings.host)
    # Answers to buyers and QR codes name the whole address of a link.
    settings = msgspec.structs.replace(settings, origin=settings.origin or settings.address)
    speed = min(max(arguments.speed, 0.1), 100.0)
    with asyncio.Runner(loop_factory=web_server.loop_factory()) as runner:
        runner.run(_serve(settings, speed))


async def _serve(settings: Settings, speed: float) -> None:
    from contextlib import AsyncExitStack

    from orderhub import app, process
    from orderhub.demo import founding, history, life
    from orderhub.front import web_server
    from orderhub.rendering import catalogue
    from orderhub.worker.running import running as worker

    catalogue.forgive()
    if settings.log_level == "INFO":
        logging.getLogger().setLevel(logging.WARNING)  # whoever looks at a demo looks at its pages
        logging.getLogger("orderhub.demo").setLevel(logging.INFO)  # sales are announced
    if not settings.data.exists():
        print(_spoken().text("demo.opens"), flush=True)
    async with process.running(settings), AsyncExitStack() as going_on:
        is_new = await founding.found()
        await founding.fill_the_shelves()
        if is_new:
            await history.remember()
        hub = app.create(settings, lifespan=[app.at_home, app.live_pages])

        async def begin() -> None:
            await going_on.enter_async_context(worker(anchors=settings.anchors))
            await going_on.enter_async_context(life.living(settings.address, speed=speed))
            await _say_where(settings.address)

        await web_server.serve(hub, host=settings.host, port=settings.port, listening=begin)


async def _say_where(address: str) -> None:
    from orderhub.demo import showing

    journey = await showing.journey_address(address)
    print(showing.told(_spoken(), address=address, journey=journey), flush=True)


def _spoken() -> "Words":
    from orderhub.rendering import languages
    from orderhub.rendering.catalogue import words

    return words(languages.of_terminal(os.environ))
