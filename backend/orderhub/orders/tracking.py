"""The columns of an order that only the ledger may explain, as `orderhub verify` compares them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from orderhub.kernel.postgres import Transaction

_ORDERS = """
    select id, number, channel_number, placed_at, currency, goods_minor, discount_minor, shipping_minor, total_minor,
           paid_minor, refunded_minor, remark
    from orders where id = any($1::uuid[])
"""
AUDITS = {
    "the money of an order is not the sum of its rows": """
        select o.id::text from orders o left join (
            select order_id, sum(amount_minor) filter (where kind = 'payment') as paid,
                   sum(amount_minor) filter (where kind = 'refund') as refunded
            from order_money group by order_id) m on m.order_id = o.id
        where (o.paid_minor, o.refunded_minor) <> (coalesce(m.paid, 0), coalesce(m.refunded, 0))""",
}
_LINES = """
    select order_id, outside_sku, sku_id, name, quantity, pieces, unit_price_minor, amount_minor
    from order_lines join orders o on o.id = order_id where order_id = any($1::uuid[]) order by order_id, line_no
"""


async def tracked(tx: Transaction, ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
    """Return the tracked fields of orders by id, in the form in which the ledger tells them."""
    found: dict[UUID, dict[str, Any]] = {}
    for row in await tx.fetch(_ORDERS, list(ids)):
        fields = dict(row)
        subject_id = fields.pop("id")
        found[subject_id] = fields | {"lines": []}
    for row in await tx.fetch(_LINES, list(ids)):
        fields = dict(row)
        found[fields.pop("order_id")]["lines"].append(fields)
    return found
