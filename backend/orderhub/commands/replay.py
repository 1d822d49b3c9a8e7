"""Post a real order file through the signed door, show how far it is, and count what came of it.

Without --url the hub of this data folder is meant: its first shop of the generic channel (or --shop), with the secret
its database holds. With --url any hub's door, with the secret from ORDERHUB_REPLAY_SECRET or --secret. A replay that
was broken off goes on where it stopped; one that arrived changes nothing when it is run again.
"""

import argparse
import asyncio
import os
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from orderhub.settings import Settings

if TYPE_CHECKING:
    from orderhub.intake.replaying.screen import Held

NAME = "replay"
HELP = "post a real order file through the signed door"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the file, the pace, and whose door it is."""
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="the order file (docs/intake.md lists the kinds)"
    )
    parser.add_argument(
        "--speed", type=float, default=0.0, metavar="N", help="times real time; 0: as fast as it goes"
    )
    parser.add_argument(
        "--shop", type=int, metavar="ID", help="the shop, if not the first of the generic channel"
    )
    parser.add_argument(
        "--prepare", action="store_true", help="add the goods the file's orders are of, if unknown"
    )
    parser.add_argument("--url", help="the door of another hub: https://hub.example.com/webhooks/1")
    parser.add_argument(
        "--secret", metavar="WHSEC", help="its secret (ORDERHUB_REPLAY_SECRET is more discreet)"
    )
    parser.add_argument("--connections", type=int, default=64, metavar="N", help="connections at once (64)")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Replay; 0 when all of it arrived, and the hub holds what the file says."""
    from orderhub.front import web_server

    with asyncio.Runner(loop_factory=web_server.loop_factory()) as runner:
        return runner.run(_replay(arguments, settings))


async def _replay(arguments: argparse.Namespace, settings: Settings) -> int:
    from rich.console import Console

    from orderhub.intake.replaying.delivering import Door
    from orderhub.intake.replaying.screen import replay
    from orderhub.rendering import languages
    from orderhub.rendering.catalogue import words

    async with AsyncExitStack() as stack:
        url, keys, held = await _target(arguments, settings, stack)
        ended = await replay(
            arguments.file,
            Door(url=url, keys=keys, speed=arguments.speed, connections=arguments.connections),
            words=words(languages.of_terminal(os.environ)),
            console=Console(),
            state=settings.data / "replays.json",
            held=held,
        )
    return 0 if ended.is_whole else 1


async def _target(
    arguments: argparse.Namespace, settings: Settings, stack: AsyncExitStack
) -> tuple[str, Sequence[bytes], "Held | None"]:
    """Return the door's address, the keys to sign with, and who can count what came of it."""
    from orderhub.intake.generic.signature import decode_secret
    from orderhub.intake.replaying.refusals import SecretMissing

    if arguments.url is None:
        return await _own_door(arguments, settings, stack)
    secret = arguments.secret or settings.replay_secret
    if secret is None:
        raise SecretMissing
    return arguments.url, [decode_secret(secret)], None


async def _own_door(
    arguments: argparse.Namespace, settings: Settings, stack: AsyncExitStack
) -> tuple[str, Sequence[bytes], "Held"]:
    from orderhub import process
    from orderhub.accounts import shop_secrets
    from orderhub.intake.replaying import files, held, preparing

    kind = files.kind_of(arguments.file)  # refused before a database is opened
    await stack.enter_async_context(process.tending(settings))
    shop = await preparing.shop(kind, arguments.shop, add_goods=arguments.prepare)
    return f"{settings.address}/webhooks/{shop}", await shop_secrets.live(shop), partial(held.held, shop)
