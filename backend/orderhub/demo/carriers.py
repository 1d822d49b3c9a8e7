"""The demo's carriers: they tell through the channel where parcels are; one in a hundred is lost or comes back."""

import random
from datetime import timedelta
from typing import Any

from orderhub.demo import telling
from orderhub.demo.channels import Tell
from orderhub.kernel import clock, postgres

_ON_THE_WAY = """
    select s.shop_id, s.stage, o.channel_number, h.waybill, h.carrier, count(*) over () as standing
    from subjects s join visits v on v.id = s.visit_id
    join shipments h on h.id = s.id join orders o on o.id = h.order_id
    where s.kind = 'shipment' and s.stage = any($1::text[]) and v.entered_at <= $2 and h.waybill is not null
    order by random() limit 40
"""
_NEXT = {"collected": "in_transit", "in_transit": "out_for_delivery", "out_for_delivery": "signed"}
_PILE = 30
_STRAY = 0.01


async def drive(tell: Tell, *, stayed: timedelta = timedelta()) -> None:
    """Bring a parcel a step further, or several when many are on the way."""
    rows = await postgres.fetch(_ON_THE_WAY, list(_NEXT), clock.now() - stayed)
    for row in rows[: 1 + rows[0]["standing"] // _PILE] if rows else ():
        await tell(row["shop_id"], telling.parcel(**_of(row)))


def _of(row: Any) -> dict[str, str]:
    status = random.choice(("lost", "returned")) if random.random() < _STRAY else _NEXT[row["stage"]]
    return {
        "order_number": row["channel_number"],
        "waybill": row["waybill"],
        "carrier": row["carrier"] or "",
        "status": status,
    }
