"""Do what nobody asks for: mark what is late, deliver letters, run the schedule. Any number may run at once."""

import argparse
import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress

from orderhub.settings import Settings

NAME = "worker"
HELP = "mark what is late, deliver letters, run the schedule"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take nothing."""


def run(arguments: argparse.Namespace, settings: Settings) -> None:
    """Work until told to end; what is under way then is finished first."""
    asyncio.run(work(settings, working=_say_so))


async def work(settings: Settings, *, working: Callable[[], Awaitable[None]]) -> None:
    """Work until SIGINT or SIGTERM; ``working`` is called once the work has begun."""
    from orderhub import house as house
    from orderhub import process
    from orderhub.kernel import bus
    from orderhub.live.way import open_way
    from orderhub.worker import running

    ended = asyncio.Event()
    with suppress(NotImplementedError):  # on Windows, where Ctrl+C cuts what is under way
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, ended.set)
    async with (
        process.running(settings, as_="worker"),
        open_way(on_gap=lambda: bus.hear(None)),
        running.running(anchors=settings.anchors),
    ):
        await working()
        await ended.wait()


async def _say_so() -> None:
    print("the worker works", flush=True)
