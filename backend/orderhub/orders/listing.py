"""The order list: whatever number, phone or name is asked for, any filter, newest first, page by page.

Every page costs the same however many orders there are: an index is walked from the cursor on, never counted or
skipped. The statement is put together of the conditions asked for, so that each combination gets a plan of its own.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from orderhub.kernel.errors import BadInput
from orderhub.kernel.postgres import Transaction
from orderhub.kernel.values import last4_digest, name_digest, phone_digest, phone_digits

PAGE = 50

_ROWS = """
    select s.id, o.number, s.stage, h.name as shop, o.channel_number as outside, r.masked_name as buyer,
           (select sum(l.pieces)::int from order_lines l where l.order_id = s.id) as pieces, o.total_minor as amount_minor,
           o.currency, o.placed_at, s.reached, s.reached_of, w.entered_at as entered, w.due_at as due,
           w.late_at is not null as late
    from unnest($1::uuid[]) with ordinality as page(id, place)
    join subjects s on s.id = page.id join orders o on o.id = s.id join shops h on h.id = s.shop_id
    left join receivers r on r.order_id = s.id
    left join lateral (select entered_at, due_at, late_at from visits v where v.root_id = s.id and v.left_at is null
                       order by late_at is null, due_at limit 1) w on true
    order by page.place
"""


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asked the list for; None or False: everything."""

    q: str = ""
    stage: str | None = None
    late: bool = False
    shop: int | None = None
    warehouse: int | None = None
    since: datetime | None = None
    until: datetime | None = None


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """Whose list it is: the shops and warehouses within reach, None for all."""

    shops: frozenset[int] | None
    warehouses: frozenset[int] | None


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
    asked = _Asked()
    _narrow(asked, filters, reach)
    if after:
        asked.add("(s.opened_at, s.id) < ({}, {})", *_read_cursor(after))
    source = _searched(asked, filters.q) if filters.q else "subjects s"
    await tx.execute("select set_config('plan_cache_mode', 'force_custom_plan', true)")
    keys = await tx.fetch(
        f"""select s.id, s.opened_at from {source} where {" and ".join(asked.conditions)}
            order by s.opened_at desc, s.id desc limit {PAGE + 1}""",
        *asked.values,
    )
    rows = await tx.fetch(_ROWS, [row["id"] for row in keys[:PAGE]])
    shown = [Row(**(dict(row) | {"buyer": row["buyer"] or "", "pieces": row["pieces"] or 0})) for row in rows]
    return Found(shown, _write_cursor(keys[PAGE - 1]) if len(keys) > PAGE else None)


class _Asked:
    """The conditions of one question, with their values in the order in which the statement names them."""

    def __init__(self) -> None:
        self.conditions = ["s.kind = 'order'"]
        self.values: list[Any] = []

    def add(self, condition: str, *values: Any) -> None:
        self.conditions.append(self.text(condition, *values))

    def text(self, condition: str, *values: Any) -> str:
        names = [f"${len(self.values) + number}" for number in range(1, len(values) + 1)]
        self.values += values
        return condition.format(*names)


def _narrow(asked: _Asked, filters: Filters, reach: Reach) -> None:
    if reach.shops is not None:
        asked.add("s.shop_id = any({}::int[])", sorted(reach.shops))
    if reach.warehouses is not None:
        asked.add("(s.warehouse_id is null or s.warehouse_id = any({}::int[]))", sorted(reach.warehouses))
    for condition, value in (
        ("s.stage = {}", filters.stage),
        ("s.shop_id = {}", filters.shop),
        ("s.warehouse_id = {}", filters.warehouse),
        ("s.opened_at >= {}", filters.since),
        ("s.opened_at < {}", filters.until),
    ):
        if value is not None:
            asked.add(condition, value)
    if filters.late:
        asked.add(
            "exists (select from visits v where v.root_id = s.id and v.left_at is null and v.late_at is not null)"
        )


def _searched(asked: _Asked, text: str) -> str:
    """Return where matches come from: numbers as they stand, and receivers by whole phone, last four or name."""
    text = text.strip()
    digits = phone_digits(text)
    spellings = asked.text("{}::text[]", sorted({text, text.upper()}))
    ways = [
        f"select root_id as id from numbers where number = any({spellings})",
        f"select order_id from order_money where number = any({spellings})",
    ]
    if text.isdigit() and 4 <= len(text) <= 5:
        ways.append(asked.text("select order_id from shipments where code = {}", text))
    for column, digest in (
        ("phone_digest", phone_digest(digits) if len(digits) >= 7 else None),
        ("last4_digest", last4_digest(text) if text.isdigit() and len(text) == 4 else None),
        ("name_digest", name_digest(text)),
    ):
        if digest is not None:
            ways.append(asked.text(f"select order_id from receivers where {column} = {{}}", digest))
    return f"({' union '.join(ways)}) found join subjects s on s.id = found.id"


def _write_cursor(row: Any) -> str:
    return f"{row['opened_at'].isoformat()}~{row['id']}"


def _read_cursor(text: str) -> tuple[datetime, UUID]:
    at, _, subject_id = text.partition("~")
    try:
        return datetime.fromisoformat(at), UUID(subject_id)
    except ValueError:
        raise BadInput(field="after", expected="a cursor from this list", got=text[:60]) from None
