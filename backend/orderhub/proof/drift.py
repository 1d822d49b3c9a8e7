"""Drift: whether every count of the boards is what a look at all subjects and visits finds."""

import msgspec

from orderhub.kernel.counts import COUNTED
from orderhub.kernel.postgres import Transaction

_DRIFT = f"""
    with counted as (
        select kind, stage, shop_id, warehouse_id, measure, sum(n)::bigint as counted from {COUNTED}
        where measure in ('open', 'late') group by 1, 2, 3, 4, 5
    ),
    found as (
        select kind, stage, shop_id, coalesce(warehouse_id, 0) as warehouse_id, 'open' as measure, count(*) as found
        from subjects group by 1, 2, 3, 4
        union all
        select kind, stage, shop_id, coalesce(warehouse_id, 0), 'late', count(*)
        from visits where left_at is null and late_at is not null group by 1, 2, 3, 4
    )
    select kind, stage, shop_id, warehouse_id, measure, coalesce(counted, 0) as counted, coalesce(found, 0) as found
    from counted full join found using (kind, stage, shop_id, warehouse_id, measure)
    where coalesce(counted, 0) <> coalesce(found, 0) order by 1, 2, 3, 4, 5
"""


class Drift(msgspec.Struct, frozen=True):
    """A count that is not what it counts: what was counted, and what was found by looking."""

    kind: str
    stage: str
    shop_id: int
    warehouse_id: int
    measure: str
    counted: int
    found: int


async def drift(tx: Transaction) -> list[Drift]:
    """Return every count that differs from what is there; empty if all is well."""
    return [Drift(**dict(row)) for row in await tx.fetch(_DRIFT)]
