"""The order list: whatever number, phone or name is asked for, any filter, newest first, page by page."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from orderhub.kernel.postgres import Transaction
from orderhub.orders.finding import Filters, Question, Reach
from orderhub.rendering import cursors

__all__ = ["PAGE", "Filters", "Found", "Reach", "Row", "find", "rows"]

PAGE = 50

_ROWS = """
    select s.id, o.number, s.stage, h.name as shop, o.channel_number as outside, r.masked_name as buyer,
           (select sum(l.pieces)::int from order_lines l where l.order_id = s.id) as pieces, o.total_minor as amount_minor,
           o.currency, o.placed_at, s.reached, s.reached_of, w.entered_at as entered, w.due_at as due, s.late > 0 as late
    from unnest($1::uuid[]) with ordinality as page(id, place)
    join subjects s on s.id = page.id join orders o on o.id = s.id join shops h on h.id = s.shop_id
    left join receivers r on r.order_id = s.id
    left join lateral (select v.entered_at, v.due_at from subjects x join visits v on v.id = x.visit_id
                       where x.root_id = s.id order by v.late_at is null, v.due_at limit 1) w on true
    where ($2::int[] is null or s.shop_id = any($2))
        and ($3::int[] is null or s.warehouse_id is null or s.warehouse_id = any($3))
    order by page.place
"""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An order in the list. People's data are masked."""

    id: UUID
    number: str
    stage: str
    shop: str
    outside: str
    buyer: str
    pieces: int
    amount_minor: int
    currency: str
    placed_at: datetime
    reached: int
    reached_of: int
    entered: datetime | None
    due: datetime | None
    late: bool


class Found(msgspec.Struct, frozen=True):
    """A page of the list; `after` is the cursor of the next one, None on the last."""

    rows: Sequence[Row]
    after: str | None


async def find(tx: Transaction, filters: Filters, reach: Reach, *, after: str | None = None) -> Found:
    """Return one page of the orders within reach, newest first."""
    asked = Question(filters, reach, before=cursors.read(after), limit=PAGE + 1)
    await tx.execute("select set_config('plan_cache_mode', 'force_custom_plan', true)")
    keys = await tx.fetch(asked.sql, *asked.values)
    shown = await rows(tx, [row["id"] for row in keys[:PAGE]], reach)
    last = keys[PAGE - 1] if len(keys) > PAGE else None
    return Found(shown, cursors.write(last["opened_at"], last["id"]) if last else None)


async def rows(tx: Transaction, orders: Sequence[UUID], reach: Reach) -> list[Row]:
    """Return orders as rows, in the order asked for, as far as they lie within reach."""
    scope = [None if places is None else sorted(places) for places in (reach.shops, reach.warehouses)]
    found = await tx.fetch(_ROWS, list(orders), *scope)
    return [Row(**(dict(row) | {"buyer": row["buyer"] or "", "pieces": row["pieces"] or 0})) for row in found]
