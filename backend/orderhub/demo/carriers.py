"""The demo's carriers: they tell through the channel where parcels are; one in a hundred is lost or comes back."""

import random

from orderhub.demo import telling
from orderhub.demo.channels import Channels
from orderhub.kernel import postgres

_ON_THE_WAY = """
    select s.shop_id, s.stage, o.channel_number, h.waybill, h.carrier
    from subjects s join shipments h on h.id = s.id join orders o on o.id = h.order_id
    where s.kind = 'shipment' and s.stage = any($1::text[]) order by s.id limit 30
"""
_NEXT = {"collected": "in_transit", "in_transit": "out_for_delivery", "out_for_delivery": "signed"}


async def drive(channels: Channels) -> None:
    """Bring one parcel a step further."""
    rows = await postgres.fetch(_ON_THE_WAY, list(_NEXT))
    if not rows:
        return
    row = random.choice(rows)
    status = _NEXT[row["stage"]]
    if random.random() < 0.01:
        status = random.choice(("lost", "returned"))
    body = telling.parcel(
        row["channel_number"], waybill=row["waybill"], carrier=row["carrier"] or "", status=status
    )
    await channels.tell(row["shop_id"], body)
