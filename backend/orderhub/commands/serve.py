"""Serve the hub: pages, doors for webhooks, live pages, and the worker, which marks what is late and delivers letters.

Starts its own database unless DATABASE_URL names one. --no-worker leaves the worker to `orderhub worker`.

An empty hub prints a link, good once and for a day, with which the first administrator sets it up. Refused: a
database that may lose what it confirmed (fsync, full_page_writes or synchronous_commit off), one older than
PostgreSQL 15, one too new for this release. Put a proxy with TLS in front before others than this machine come in.
"""

import argparse
import asyncio
from contextlib import nullcontext

import msgspec

from orderhub.settings import Settings

NAME = "serve"
HELP = "serve pages, webhooks and live pages, and do the worker's work"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take another address or port than the settings name."""
    parser.add_argument("--host", help="the address to listen on (ORDERHUB_HOST)")
    parser.add_argument("--port", type=int, help="the port to listen on (ORDERHUB_PORT)")
    parser.add_argument(
        "--no-worker", action="store_true", help="only serve; `orderhub worker` runs elsewhere"
    )


def run(arguments: argparse.Namespace, settings: Settings) -> None:
    """Serve until told to end; requests under way are finished first."""
    from orderhub.front import web_server

    told = {name: value for name in ("host", "port") if (value := getattr(arguments, name)) is not None}
    with asyncio.Runner(loop_factory=web_server.loop_factory()) as runner:
        runner.run(_serve(msgspec.structs.replace(settings, **told), working=not arguments.no_worker))


async def _serve(settings: Settings, *, working: bool) -> None:
    from orderhub import app, process
    from orderhub.demo import loopback
    from orderhub.front import web_server
    from orderhub.rendering import catalogue
    from orderhub.worker.running import running as worker

    catalogue.forgive()
    async with process.running(settings), worker(anchors=settings.anchors) if working else nullcontext():
        await loopback.require_of_a_demo(settings.host)
        hub = app.create(settings, lifespan=[app.at_home, app.live_pages])
        await web_server.serve(
            hub, host=settings.host, port=settings.port, listening=lambda: _say_where(settings)
        )


async def _say_where(settings: Settings) -> None:
    from orderhub.accounts import set_up

    address = settings.origin or settings.address
    print(f"OrderHub is on {address}", flush=True)
    link = await set_up.fresh_link()
    if link is not None:
        print(f"It is empty. Set it up here (good once, for a day): {address}{link}", flush=True)
