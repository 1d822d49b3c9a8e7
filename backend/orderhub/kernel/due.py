"""Lateness: open visits past their due time are marked late, counted, and shown to whoever watches.

The sweep walks a partial index that holds only visits that may still become late, so it costs what is due now,
however many visits are open. Subjects and their roots, which count the late ones, are locked without ever waiting (a
locked one is being moved, and comes up again a second later if it is still late), so any number of workers share the
work and none can be part of a deadlock.
"""

from uuid import UUID

from orderhub.kernel import bus, clock, postgres

_BATCH = 500

# Two statements: the second sees what was committed before the locks were taken, and so no visit that is over.
_LOCK = """
    select v.id from visits v join subjects s on s.id = v.subject_id join subjects r on r.id = v.root_id
    where v.left_at is null and v.late_at is null and v.due_at <= $1
    order by v.due_at limit $2 for no key update of s, r skip locked
"""
_MARK = """
    with late as (
        update visits set late_at = $1
        where id = any($2::uuid[]) and left_at is null and late_at is null and due_at <= $1
        returning subject_id, root_id, kind, stage, shop_id, warehouse_id
    ),
    befallen as (
        select id, sum(late) as late, bool_or(itself) as itself from (
            select root_id as id, 1 as late, false as itself from late
            union all select subject_id, 0, true from late) each group by id
    ),
    touched as (
        update subjects s set late = s.late + b.late,
            changed_xid = case when b.itself then pg_current_xact_id() else s.changed_xid end
        from befallen b where s.id = b.id
    ),
    counted as (
        insert into stage_deltas (kind, stage, shop_id, warehouse_id, measure, delta)
        select kind, stage, shop_id, coalesce(warehouse_id, 0), 'late', count(*) from late group by 1, 2, 3, 4
    )
    select late.*, pg_current_xact_id()::text as changed from late
"""


async def sweep() -> int:
    """Mark every open visit late whose due time has passed; returns how many this call has marked."""
    marked = 0
    while True:
        locked, late = await _mark_batch()
        marked += late
        if locked < _BATCH:
            return marked


async def _mark_batch() -> tuple[int, int]:
    now = clock.now()
    async with postgres.transaction() as tx:
        visits: list[UUID] = [row["id"] for row in await tx.fetch(_LOCK, now, _BATCH)]
        if not visits:
            return 0, 0
        late = await tx.fetch(_MARK, now, visits)
        bus.publish_after(tx, [_fact(row) for row in late])
    return len(visits), len(late)


def _fact(row: postgres.Record) -> bus.Fact:
    return bus.Fact(
        kind=row["kind"],
        subject=row["subject_id"],
        root=row["root_id"],
        stage=row["stage"],
        shop=row["shop_id"],
        warehouse=row["warehouse_id"],
        changed=int(row["changed"]),
    )
