"""Erase the persons behind orders: name, phone and address go for good, and the ledger still proves what was done.

NUMBER is any number of the order: the channel's, ours, a waybill; or the channel's number of an order that never came,
of which only messages are here. It cannot be undone, so the orders are shown first and nothing is erased until you run
it again with --yes. Backups made before still hold the persons.
"""

import argparse
import asyncio
from collections.abc import Sequence
from typing import Any

from orderhub.kernel.errors import BadInput
from orderhub.settings import Settings

NAME = "erase"
HELP = "erase the persons behind orders, for good"

_FOUND = """
select distinct n.number, n.root_id, s.kind, s.stage, s.shop_id from numbers n join subjects s on s.id = n.root_id
where n.number = any($1) and ($2::integer is null or s.shop_id = $2)
union all
select order_number, id, 'messages', 'waiting', shop_id from dockets
where order_number = any($1) and order_id is null and ($2::integer is null or shop_id = $2)
order by 1, 2
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the numbers, the reason and the consent."""
    parser.add_argument("numbers", nargs="+", metavar="NUMBER", help="a number of the order")
    parser.add_argument("--why", required=True, metavar="TEXT", help="the reason, kept in the ledger")
    parser.add_argument("--shop", type=int, metavar="ID", help="only orders of this shop")
    parser.add_argument("--yes", action="store_true", help="do it")


def run(arguments: argparse.Namespace, settings: Settings) -> None:
    """Show the orders; with consent, erase."""
    asyncio.run(_erase(arguments, settings))


async def _erase(arguments: argparse.Namespace, settings: Settings) -> None:
    from orderhub import house as house
    from orderhub import process
    from orderhub.intake import erasing
    from orderhub.kernel.actors import SYSTEM
    from orderhub.proof import erasure

    async with process.tending(settings):
        found = await _find(arguments.numbers, arguments.shop)
        for row in found:
            print(f"{row['number']}: {row['kind']} {row['root_id']}, {row['stage']}, shop {row['shop_id']}")
        if not arguments.yes:
            print("Nothing was erased. Run it again with --yes; it cannot be undone.")
            return
        orders = {row["root_id"] for row in found if row["kind"] != "messages"}
        never_came = {row["root_id"] for row in found} - orders
        count = await erasure.erase(list(orders), actor=SYSTEM, why=arguments.why)
        if never_came:
            count += await erasing.erase_unfounded(list(never_came), actor=SYSTEM, why=arguments.why)
    print(f"{count} orders erased")


async def _find(numbers: Sequence[str], shop: int | None) -> list[Any]:
    from orderhub.kernel import postgres

    found = await postgres.fetch(_FOUND, list(numbers), shop)
    unknown = set(numbers) - {row["number"] for row in found}
    if unknown:
        raise BadInput(field="NUMBER", expected="OH-2611-0000042", got=", ".join(sorted(unknown)))
    return found
