"""Counts for boards: how many subjects stand in each stage, and how many of them are late.

Every move appends its differences; nobody updates a count while somebody waits. The worker folds the differences
into sums, readers add both up in one statement, and so see one moment. Measures: ``open`` and ``late``; and, by half
hours, ``opened:<bucket>`` and ``done:<bucket>`` (left a stage that has an owner). Warehouse 0
stands for subjects without one, which all who may see the shop may see.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import TypeAlias

from orderhub.kernel import postgres
from orderhub.kernel.postgres import Transaction

Places: TypeAlias = Collection[int] | None

_BATCH = 10_000
_TIDY_BYTES = 4 * 2**20

COUNTED = """(
        select kind, stage, shop_id, warehouse_id, measure, count as n from stage_counts
        union all select kind, stage, shop_id, warehouse_id, measure, delta from stage_deltas
    ) as counted"""
_IN_REACH = """($2::int[] is null or shop_id = any($2))
        and ($3::int[] is null or warehouse_id = 0 or warehouse_id = any($3))"""
_READ = f"""
    select stage, measure, sum(n)::bigint as n from {COUNTED}
    where kind = $1 and measure in ('open', 'late') and {_IN_REACH} group by stage, measure having sum(n) <> 0
"""
_LATE = f"select sum(n)::bigint from {COUNTED} where kind = any($1) and measure = 'late' and {_IN_REACH}"
_BETWEEN = f"""
    select stage, measure, sum(n)::bigint as n from {COUNTED}
    where kind = $1 and measure between $4 and $5 and {_IN_REACH} group by measure, stage order by measure
"""
_FOLD = """
    with taken as (
        delete from stage_deltas where ctid = any(array(
            select ctid from stage_deltas limit $1 for update skip locked)) returning *
    ),
    folded as (
        insert into stage_counts (kind, stage, shop_id, warehouse_id, measure, count)
        select kind, stage, shop_id, warehouse_id, measure, sum(delta) from taken
        group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
        on conflict (kind, stage, shop_id, warehouse_id, measure) do update
            set count = stage_counts.count + excluded.count
    )
    select count(*) from taken
"""


async def counts(tx: Transaction, kind: str, shops: Places, warehouses: Places) -> dict[tuple[str, str], int]:
    """Return {(stage, measure): number} within these shops and warehouses (None: all); what is zero is left out."""
    rows = await tx.fetch(_READ, kind, _sorted(shops), _sorted(warehouses))
    return {(row["stage"], row["measure"]): row["n"] for row in rows}


def bucket(at: datetime) -> str:
    """Return the half hour of a moment, by which openings and ends are counted: some zones are half an hour off."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H}:{'30' if at.minute >= 30 else '00'}"


async def late(tx: Transaction, kinds: Collection[str], shops: Places, warehouses: Places) -> int:
    """Return how many subjects of these kinds are late, in all stages together."""
    return await tx.fetchval(_LATE, list(kinds), _sorted(shops), _sorted(warehouses)) or 0


async def since(
    tx: Transaction,
    kind: str,
    measure: str,
    start: datetime,
    *,
    until: datetime | None = None,
    shops: Places,
    warehouses: Places,
) -> list[tuple[str, str, int]]:
    """Return (stage, half hour, number) of what was ``opened``, or of what its owner has ``done``, since a moment."""
    ends = (f"{measure}:{bucket(start)}", f"{measure}:{bucket(until) if until else '9'}")
    rows = await tx.fetch(_BETWEEN, kind, _sorted(shops), _sorted(warehouses), *ends)
    return [(row["stage"], row["measure"].partition(":")[2], row["n"]) for row in rows]


async def fold() -> int:
    """Fold the differences into the sums, a batch a transaction; returns how many differences were folded."""
    folded = 0
    while True:
        taken: int = await postgres.fetchval(_FOLD, _BATCH)
        folded += taken
        if taken < _BATCH:
            return folded


async def tidy() -> None:
    """Give the space of folded differences back: readers scan the whole table, and autovacuum comes too seldom."""
    if await postgres.fetchval("select pg_relation_size('stage_deltas')") > _TIDY_BYTES:
        await postgres.execute("vacuum stage_deltas")


def _sorted(scope: Places) -> list[int] | None:
    return None if scope is None else sorted(scope)
