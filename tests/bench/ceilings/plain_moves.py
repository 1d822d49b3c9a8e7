"""Moves of which everything is known beforehand: the rows are locked and written by asyncpg in one transaction a batch."""

import time
from collections.abc import Mapping, Sequence

import asyncpg

_LOCK = "select from subjects where id = any($1::uuid[]) order by id for update"
_WRITE = """
    with moved as (
        update subjects s set stage = x.stage, warehouse_id = x.warehouse_id, reached = x.reached,
            reached_of = x.reached_of, late = x.late, visit_id = x.visit_id, head_seq = x.head_seq,
            head_digest = x.head_digest, changed_xid = pg_current_xact_id()
        from jsonb_populate_recordset(null::subjects, $1::text::jsonb) x where s.id = x.id
    ),
    gone as (
        update visits v set left_at = x.left_at, left_by = x.left_by, transition = x.transition
        from jsonb_populate_recordset(null::visits, $2::text::jsonb) x where v.id = x.id returning 1
    ),
    entered as (
        insert into visits select * from jsonb_populate_recordset(null::visits, $3::text::jsonb)
        where (select count(*) from gone) >= 0
    ),
    told as (insert into ledger select * from jsonb_populate_recordset(null::ledger, $4::text::jsonb)),
    filled as (
        update shipment_lines l set picked = x.picked, packed = x.packed
        from jsonb_populate_recordset(null::shipment_lines, $6::text::jsonb) x
        where (l.shipment_id, l.line_no) = (x.shipment_id, x.line_no)
    ),
    counted as (
        insert into stage_deltas overriding system value
        select * from jsonb_populate_recordset(null::stage_deltas, $5::text::jsonb)
    )
    select 1
"""


async def write(url: str, batches: Sequence[tuple[Sequence[str], Mapping[str, str]]]) -> list[float]:
    """Write batches of (ids to lock, rows as JSON by what they are); returns how many seconds each took."""
    connection = await asyncpg.connect(url, timeout=60)
    try:
        lock, insert = await connection.prepare(_LOCK), await connection.prepare(_WRITE)
        taken = []
        for ids, rows in batches:
            ready = [rows[name] for name in ("moved", "gone", "entered", "told", "counted", "filled")]
            started = time.perf_counter()
            async with connection.transaction():
                await lock.fetch(ids)
                await insert.fetch(*ready)
            taken.append(time.perf_counter() - started)
        return taken
    finally:
        await connection.close()
