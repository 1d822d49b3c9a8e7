"""Searching: from whatever a buyer names, sends or reads out to the orders it may mean.

Numbers, phones and names are found as the order list finds them; a journey link says itself which order it is of.
"""

import re
from collections.abc import Sequence
from uuid import UUID

import msgspec

from orderhub.journey import links
from orderhub.kernel.errors import NotFound
from orderhub.kernel.postgres import Transaction
from orderhub.orders import listing, one
from orderhub.orders.listing import Filters, Reach, Row

# More than these nobody reads while somebody waits on the telephone.
MOST = 12

_TOKEN = re.compile(r"(?<![\w-])[\w-]{46}(?![\w-])", re.ASCII)
_GOODS = """
    select distinct on (order_id) order_id, name, count(*) over (partition by order_id) - 1 as others
    from order_lines where order_id = any($1::uuid[]) order by order_id, line_no
"""


class Found(msgspec.Struct, frozen=True):
    """The orders that are meant, newest first, and whether there are more than are shown."""

    orders: tuple[UUID, ...]
    more: bool = False


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One of several orders, with what tells it from the others: its first thing, and how many more kinds."""

    row: Row
    goods: str
    others: int


async def search(tx: Transaction, typed: str, reach: Reach) -> Found:
    """Return the orders within reach that a text may mean."""
    linked = await _linked(tx, typed, reach)
    if linked is not None:
        return Found((linked,))
    rows = (await listing.find(tx, Filters(q=typed), reach)).rows
    return Found(tuple(row.id for row in rows[:MOST]), len(rows) > MOST)


async def hits(tx: Transaction, orders: Sequence[UUID], reach: Reach) -> list[Hit]:
    """Return orders to choose from, as far as they lie within reach."""
    goods = {row["order_id"]: row for row in await tx.fetch(_GOODS, list(orders))}
    return [
        Hit(row=row, goods=goods[row.id]["name"], others=goods[row.id]["others"])
        for row in await listing.rows(tx, orders, reach)
        if row.id in goods
    ]


async def _linked(tx: Transaction, typed: str, reach: Reach) -> UUID | None:
    """Return the order of a link in the text, also of one that opens no longer."""
    for token in _TOKEN.findall(typed):
        link = links.read(token)
        if link is None:
            continue
        try:
            await one.row(tx, link.order_id, reach)
        except NotFound:
            return None
        return link.order_id
    return None
