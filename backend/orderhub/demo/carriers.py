"""The demo's carriers: they tell through the channel where parcels are; a few parcels are lost or come back."""

from datetime import timedelta
from typing import Any

from orderhub.demo import telling
from orderhub.demo.chance import dice
from orderhub.demo.channels import Tell
from orderhub.kernel import clock, postgres

# A waybill with a letter after its first two is mistyped: no carrier knows it, until somebody sets it right.
_ON_THE_WAY = """
    select s.shop_id, s.stage, o.channel_number, h.waybill, h.carrier, v.entered_at, count(*) over () as standing
    from subjects s join visits v on v.id = s.visit_id
    join shipments h on h.id = s.id join orders o on o.id = h.order_id
    where s.kind = 'shipment' and s.stage = any($1::text[]) and v.entered_at <= $2 and h.waybill !~ '^..\\d*O'
    order by v.entered_at, h.waybill limit 400
"""
_NEXT = {"collected": "in_transit", "in_transit": "out_for_delivery", "out_for_delivery": "signed"}
# How long each keeps a parcel where it is, compared with the quickest.
_SLOWNESS = {"顺丰": 1.0, "京东": 1.2, "中通": 2.0, "圆通": 3.0}
_PILE = 30
_LOST, _RETURNED = (
    1 / 900,
    1 / 300,
)  # of three reports a parcel: one parcel in 300 is lost, one in 100 comes back
_TWICE = 0.02


async def drive(tell: Tell, *, stayed: timedelta = timedelta()) -> None:
    """Bring a parcel a step further, or several when many are on the way; some steps are reported twice."""
    now = clock.now()
    rows = await postgres.fetch(_ON_THE_WAY, list(_NEXT), now - stayed)
    ready = [row for row in rows if row["entered_at"] <= now - stayed * _SLOWNESS.get(row["carrier"], 1.0)]
    if not ready:
        return
    count = min(1 + rows[0]["standing"] // _PILE, len(ready))
    for row in dice.sample(ready, count):
        told = telling.parcel(**_of(row))
        for _ in range(2 if dice.random() < _TWICE else 1):
            await tell(row["shop_id"], told)


def _of(row: Any) -> dict[str, str]:
    chance = dice.random()
    fate = "lost" if chance < _LOST else "returned" if chance < _LOST + _RETURNED else _NEXT[row["stage"]]
    return {
        "order_number": row["channel_number"],
        "waybill": row["waybill"],
        "carrier": row["carrier"] or "",
        "status": fate,
    }
