"""The hub whose database is in reach: which shop, what it sells, whether it has real orders, and what it holds afterwards."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from orderhub.intake.load.orders import PREFIX, Good, Rehearsed
from orderhub.intake.load.refusals import NoShopToLoad, NothingOnSale, ShopSells
from orderhub.kernel import postgres

# A shop with a field mapping of its own speaks another JSON than ours.
_SHOP = """
    select id, name, currency from shops where channel = 'generic' and ended_at is null and not settings ? 'mapping'
        and ($1::int is null or id = $1) order by id limit 1
"""
_GOODS = """
    select l.outside_sku as code, s.name from listings l join skus s on s.id = l.sku_id
    where l.shop_id = $1 and s.ended_at is null
    union
    select code, name from skus where ended_at is null and not exists (select from listings where shop_id = $1)
    order by code limit 500
"""
_SELLS = "select exists (select from orders where shop_id = $1 and not starts_with(channel_number, $2))"
_HELD = """
    select channel_number, array_agg(total_minor) as totals from orders
    where shop_id = $1 and channel_number = any($2::text[]) group by 1
"""


class Shop(msgspec.Struct, frozen=True, kw_only=True):
    """The shop that is rehearsed in, and what it sells."""

    id: int
    name: str
    currency: str
    goods: Sequence[Good]


async def shop(wanted: int | None, *, paid: bool, demo: bool) -> Shop:
    """Return the shop to rehearse in: the one wanted, or the first. Paid orders go only where nothing is real."""
    found: Any = await postgres.fetchrow(_SHOP, wanted)
    if found is None:
        raise NoShopToLoad
    if paid and not demo and await postgres.fetchval(_SELLS, found["id"], PREFIX):
        raise ShopSells(shop=found["name"])
    goods = [Good(**row) for row in await postgres.fetch(_GOODS, found["id"])]
    if not goods:
        raise NothingOnSale(shop=found["name"])
    return Shop(**found, goods=goods)


async def held(shop_id: int, orders: Sequence[Rehearsed]) -> Mapping[str, Sequence[int]]:
    """Return what the database holds of these orders."""
    rows = await postgres.fetch(_HELD, shop_id, [order.number for order in orders])
    return {row["channel_number"]: row["totals"] for row in rows}
