"""Rehearse a sale: send made-up orders to a running hub at a steady rate, and count what arrived.

Without --url the hub of this data folder is meant (with --demo the one of `make run`): its first shop of the generic channel
(or --shop), with the secret and the goods its database holds. With --url any hub's door, with the secret from ORDERHUB_REPLAY_SECRET
or --secret, and with an API token in ORDERHUB_LOAD_TOKEN, which tells what it sells (or --sku) and what it holds afterwards.

Orders come when they come, whether or not those before them were answered, so the latencies contain every queue. They are
numbered REHEARSAL-<run>-<nth>, say in their remark that nothing is to be shipped, are not paid, so that no warehouse sees them, and
are cancelled at the end. --paid ones go on to the warehouse; that is refused in a shop that has real orders.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from orderhub.settings import Settings

if TYPE_CHECKING:
    from orderhub.intake.load.arrived import Held
    from orderhub.intake.load.orders import Good
    from orderhub.intake.load.screen import Rehearsal

NAME = "load"
HELP = "rehearse a sale: orders at a steady rate, and what arrived"

_RATE, _SECONDS = 20.0, 10.0
_PATIENCE_SECONDS = 60.0
_MOST_RATE, _MOST_SECONDS, _MOST_ORDERS = 10_000.0, 86_400.0, 1_000_000


class _Place(NamedTuple):
    """Where the orders go: the door, the keys to sign with, what is sold there, and who can look afterwards."""

    url: str
    keys: Sequence[bytes]
    goods: "Sequence[Good]"
    currency: str | None
    held: "Held | None"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take how much, how fast, and whose door it is."""
    parser.add_argument(
        "--orders", type=_upto(_MOST_ORDERS, int), metavar="N", help="how many; else rate × seconds"
    )
    parser.add_argument(
        "--rate",
        type=_upto(_MOST_RATE, float),
        default=_RATE,
        metavar="R",
        help=f"orders a second ({_RATE:g})",
    )
    parser.add_argument(
        "--seconds", type=_upto(_MOST_SECONDS, float), metavar="S", help=f"how long ({_SECONDS:g})"
    )
    parser.add_argument(
        "--demo", action="store_true", help="the demo of this data folder, as `make run` serves it"
    )
    parser.add_argument("--port", type=int, help="the port of this machine's hub (ORDERHUB_PORT)")
    parser.add_argument(
        "--shop", type=int, metavar="ID", help="the shop, if not the first of the generic channel"
    )
    parser.add_argument("--paid", action="store_true", help="orders are paid, and go on to the warehouse")
    parser.add_argument("--keep", action="store_true", help="do not cancel the orders at the end")
    parser.add_argument("--url", help="the door of another hub: https://hub.example.com/webhooks/1")
    parser.add_argument(
        "--secret", metavar="WHSEC", help="its secret (ORDERHUB_REPLAY_SECRET is more discreet)"
    )
    parser.add_argument(
        "--sku", action="append", default=[], metavar="CODE", help="with --url: a SKU it sells, any number"
    )
    parser.add_argument(
        "--other-machine", action="store_true", help="yes, the address given is not this machine"
    )
    parser.add_argument("--connections", type=int, default=128, metavar="N", help="connections at most (128)")
    parser.add_argument("--json", action="store_true", help="print the report as JSON, and only that")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Rehearse; 0 when every order was taken, and is in the hub once."""
    from orderhub.front import web_server

    with asyncio.Runner(loop_factory=web_server.loop_factory()) as runner:
        return runner.run(_load(arguments, settings))


async def _load(arguments: argparse.Namespace, settings: Settings) -> int:
    from rich.console import Console

    from orderhub.intake.load import screen
    from orderhub.rendering import languages
    from orderhub.rendering.catalogue import words

    spoken = words(languages.of_terminal(os.environ))
    console = Console(stderr=arguments.json)
    async with AsyncExitStack() as stack:
        what = await _what(arguments, settings, stack)
        if arguments.other_machine:
            console.print(spoken.text("load.other_machine", url=what.door.url))
        ended = await screen.rehearse(what, words=spoken, console=console)
    if arguments.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(ended)).decode() + "\n")
    else:
        console.print(screen.closing(ended, spoken))
    console.print(spoken.text(screen.verdict(ended)))
    return 0 if ended.is_whole else 1


async def _what(arguments: argparse.Namespace, settings: Settings, stack: AsyncExitStack) -> "Rehearsal":
    from orderhub.intake.load import address
    from orderhub.intake.load.screen import Rehearsal
    from orderhub.intake.replaying.delivering import Door

    if arguments.demo:
        settings = msgspec.structs.replace(settings, data=settings.data / "demo")
    settings = msgspec.structs.replace(settings, port=arguments.port or settings.port)
    if not arguments.other_machine:
        address.require_this_machine(arguments.url or settings.address)
    if arguments.url is None:
        place = await _own_hub(arguments, settings, stack)
    else:
        place = await _other_hub(arguments, settings)
    most = arguments.rate * (arguments.seconds or _SECONDS)
    count = arguments.orders or max(1, round(most))
    return Rehearsal(
        door=Door(
            url=place.url,
            keys=place.keys,
            connections=arguments.connections,
            patience_seconds=_PATIENCE_SECONDS,
        ),
        goods=place.goods,
        currency=place.currency,
        held=place.held,
        count=min(count, max(1, round(most))) if arguments.seconds else count,
        rate=arguments.rate,
        paid=arguments.paid,
        keep=arguments.keep,
    )


async def _own_hub(arguments: argparse.Namespace, settings: Settings, stack: AsyncExitStack) -> "_Place":
    """Read from the database in reach what is to be known."""
    from orderhub import process
    from orderhub.accounts import shop_secrets
    from orderhub.demo import founding
    from orderhub.intake.load import own_hub

    await stack.enter_async_context(process.tending(settings))
    shop = await own_hub.shop(arguments.shop, paid=arguments.paid, demo=await founding.is_demo())
    url = f"{settings.address}/webhooks/{shop.id}"
    return _Place(
        url, await shop_secrets.live(shop.id), shop.goods, shop.currency, partial(own_hub.held, shop.id)
    )


async def _other_hub(arguments: argparse.Namespace, settings: Settings) -> "_Place":
    """Make do with an address, a secret, and a token if there is one."""
    from orderhub.intake.generic.signature import decode_secret
    from orderhub.intake.load.orders import Good
    from orderhub.intake.load.other_hub import OtherHub
    from orderhub.intake.load.refusals import GoodsUnknown, PaidElsewhere
    from orderhub.intake.replaying.refusals import SecretMissing

    if arguments.paid:
        raise PaidElsewhere
    if (secret := arguments.secret or settings.replay_secret) is None:
        raise SecretMissing
    hub = OtherHub(arguments.url, settings.load_token) if settings.load_token else None
    goods = [Good(code, code) for code in arguments.sku] or (await hub.goods() if hub else [])
    if not goods:
        raise GoodsUnknown
    return _Place(arguments.url, [decode_secret(secret)], goods, None, hub.held if hub else None)


def _upto(most: float, kind: type[int] | type[float]) -> Callable[[str], float]:
    def read(text: str) -> float:
        number = kind(text)
        if not 0 < number <= most:
            raise argparse.ArgumentTypeError(f"expected more than 0 and at most {most:g}, got {text}")
        return number

    return read
