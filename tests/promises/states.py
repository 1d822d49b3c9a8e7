"""What stands in the database about the orders of a shop, in a form in which two shops can be compared."""

from collections import defaultdict
from typing import Any

from orderhub.kernel import postgres
from orderhub.orders import receivers

_ORDERS = """
    select o.id, o.channel_number, s.stage, s.reached, s.reached_of, s.warehouse_id, s.opened_at, o.placed_at,
           o.currency, o.goods_minor, o.discount_minor, o.shipping_minor, o.total_minor, o.paid_minor,
           o.refunded_minor, o.remark
    from orders o join subjects s on s.id = o.id where o.shop_id = $1
"""
_LINES = """
    select order_id, line_no, outside_sku, sku_id, name, quantity, pieces, unit_price_minor, amount_minor
    from order_lines where order_id = any($1::uuid[]) order by line_no
"""
_MONEY = "select order_id, kind, number, amount_minor, at from order_money where order_id = any($1::uuid[]) order by 2, 3"
_RECEIVERS = """
    select order_id, scheme, masked_name, masked_phone, region, placed_at, phone_digest, last4_digest, name_digest
    from receivers where order_id = any($1::uuid[])
"""
_PARCELS = """
    select h.order_id, s.stage, s.warehouse_id, h.carrier, h.waybill,
           (select jsonb_agg(jsonb_build_array(l.sku_id, l.pieces, l.picked, l.packed) order by l.line_no)
            from shipment_lines l where l.shipment_id = h.id) as lines
    from shipments h join subjects s on s.id = h.id
    where h.order_id = any($1::uuid[]) and s.stage <> 'cancelled' order by h.number
"""
_VISITS = """
    select v.root_id as order_id, v.kind, v.stage, v.role, v.warehouse_id, v.due_at is null as at_leisure
    from visits v where v.root_id = any($1::uuid[]) and v.left_at is null
        and (v.kind, v.stage) <> ('shipment', 'cancelled') order by 2, 3
"""
_WAITING = """
    select m.outside_id, m.reasons from messages m join subjects s on s.id = m.id
    where m.shop_id = $1 and s.stage = 'waiting' order by 1
"""
_DISAGREEING = """
    select m.outside_id from messages m left join subjects s on s.id = m.id
    where m.shop_id = $1 and (m.state = 'waiting') <> (coalesce(s.stage, '') = 'waiting')
"""


async def standing(shop_id: int) -> dict[str, Any]:
    """Return every order of a shop with all that hangs on it, and the messages that wait.

    A parcel that was begun and then cancelled leaves its row behind, one that was never begun does not: cancelled
    parcels are left out. Our own numbers and ids, and the moments of moves, are those of a life and not compared.
    """
    orders = {row.pop("id"): row for row in map(dict, await postgres.fetch(_ORDERS, shop_id))}
    parts = {"lines": _LINES, "money": _MONEY, "receiver": _RECEIVERS, "parcels": _PARCELS, "visits": _VISITS}
    for name, sql in parts.items():
        found: dict[Any, list[Any]] = defaultdict(list)
        for row in map(dict, await postgres.fetch(sql, list(orders))):
            found[row.pop("order_id")].append(row)
        for order_id, order in orders.items():
            order[name] = found[order_id]
    async with postgres.transaction() as tx:
        clear = await receivers.unseal(tx, list(orders))
    for order_id, order in orders.items():
        order["clear"] = clear.get(order_id)
    waiting = {row["outside_id"]: _codes(row) for row in await postgres.fetch(_WAITING, shop_id)}
    assert await postgres.fetch(_DISAGREEING, shop_id) == []
    return {"orders": {order.pop("channel_number"): order for order in orders.values()}, "waiting": waiting}


def _codes(row: Any) -> list[str]:
    return sorted(reason["code"] for reason in row["reasons"])
