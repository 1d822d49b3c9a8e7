"""Serve the hub: pages, doors for webhooks, live pages, and the worker, which marks what is late and delivers letters.

Starts its own database unless DATABASE_URL names one. --no-worker leaves the worker to `orderhub worker`. --processes N
serves with N processes on one port, and one more for the worker: what dies is started again; SIGHUP replaces them one
by one, so that a new release comes in while the hub serves.

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
    """Take another address or port than the settings name, and how many processes."""
    parser.add_argument("--host", help="the address to listen on (ORDERHUB_HOST)")
    parser.add_argument("--port", type=int, help="the port to listen on (ORDERHUB_PORT)")
    parser.add_argument(
        "--processes",
        type=int,
        default=1,
        choices=range(1, 65),
        metavar="N",
        help="web processes on this machine, 1 to 64; about one for each core",
    )
    parser.add_argument(
        "--no-worker", action="store_true", help="only serve; `orderhub worker` runs elsewhere"
    )


def run(arguments: argparse.Namespace, settings: Settings) -> None:
    """Serve until told to end; requests under way are finished first."""
    from orderhub.front import web_server

    told = {name: value for name in ("host", "port") if (value := getattr(arguments, name)) is not None}
    settings, working = msgspec.structs.replace(settings, **told), not arguments.no_worker
    with asyncio.Runner(loop_factory=web_server.loop_factory()) as runner:
        if arguments.processes == 1:
            runner.run(_serve(settings, working=working))
        else:
            runner.run(_serve_with_many(settings, processes=arguments.processes, working=working))


async def _serve(settings: Settings, *, working: bool) -> None:
    from orderhub import app, process
    from orderhub.demo import loopback
    from orderhub.front import web_server
    from orderhub.rendering import catalogue
    from orderhub.worker.running import running as worker

    catalogue.forgive()
    async with process.running(settings), worker(anchors=settings.anchors) if working else nullcontext():
        await loopback.require_of_a_demo(settings.host)

        async def listening() -> None:
            print(await _where(settings), flush=True)

        hub = app.create(settings, lifespan=[app.at_home, app.live_pages])
        await web_server.serve(hub, host=settings.host, port=settings.port, listening=listening)


async def _serve_with_many(settings: Settings, *, processes: int, working: bool) -> None:
    from orderhub.demo import loopback
    from orderhub.fleet import serving

    async def prepare() -> str:
        await loopback.require_of_a_demo(settings.host)
        return await _where(settings)

    await serving.serve(settings, processes=processes, working=working, prepare=prepare)


async def _where(settings: Settings) -> str:
    """Return where the hub is, and for an empty one the link that sets it up; only one who has the port may make it."""
    from orderhub.accounts import set_up

    address = settings.origin or settings.address
    link = await set_up.fresh_link()
    empty = f"\nIt is empty. Set it up here (good once, for a day): {address}{link}" if link else ""
    return f"OrderHub is on {address}{empty}"
