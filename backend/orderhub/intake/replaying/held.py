"""What the hub itself holds of a replayed file: the closing count once more, read from orders and money rows."""

from collections.abc import Collection

from orderhub.intake.replaying.tally import Tally
from orderhub.kernel import postgres

_HELD = """
    with asked as (
        select o.id, o.total_minor from unnest($2::text[]) as n(number)
        join orders o on o.shop_id = $1 and o.channel_number = n.number
    ),
    sums as (
        select a.id, a.total_minor, sum(m.amount_minor) filter (where m.kind = 'payment') as paid,
               sum(m.amount_minor) filter (where m.kind = 'refund') as refunded
        from asked a left join order_money m on m.order_id = a.id group by a.id, a.total_minor
    )
    select count(*) as orders, count(paid) as paid, count(*) - count(paid) as never_paid, count(refunded) as refunded,
           count(*) filter (where refunded = total_minor) as refunded_whole,
           coalesce(sum(paid), 0)::bigint as paid_minor, coalesce(sum(refunded), 0)::bigint as refunded_minor
    from sums
"""


async def held(shop_id: int, numbers: Collection[str]) -> Tally:
    """Count what a shop's orders of these numbers have become."""
    row = await postgres.fetchrow(_HELD, shop_id, sorted(numbers))
    assert row is not None
    return Tally(**row)
