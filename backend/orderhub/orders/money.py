"""Money rows: every payment and refund of an order, under the outside's own number; their sums stand on the order."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from orderhub.kernel.ledger import Change
from orderhub.kernel.moves import Move, Verdict, carry_out
from orderhub.kernel.work import Work

_REMOVE = """
    delete from order_money m where m.order_id = any($2::uuid[]) and not exists (
        select from jsonb_to_recordset($1::jsonb) as x(shop_id int, kind text, number text, order_id uuid)
        where (x.shop_id, x.kind, x.number, x.order_id) = (m.shop_id, m.kind, m.number, m.order_id))
    returning m.order_id, '-' || m.kind || ':' || m.number as told
"""
_WRITE = """
    insert into order_money (shop_id, kind, number, order_id, amount_minor, at)
    select x.* from jsonb_to_recordset($1::jsonb) as x(shop_id int, kind text, number text, order_id uuid,
        amount_minor bigint, at timestamptz)
    order by x.shop_id, x.kind, x.number
    on conflict (shop_id, kind, number) do update set amount_minor = excluded.amount_minor, at = excluded.at
        where order_money.order_id = excluded.order_id
            and (order_money.amount_minor, order_money.at) <> (excluded.amount_minor, excluded.at)
    returning order_id, kind || ':' || number as told
"""
_OTHERS = """
    select x.order_id, x.kind, x.number
    from jsonb_to_recordset($1::jsonb) as x(shop_id int, kind text, number text, order_id uuid)
    join order_money m using (shop_id, kind, number) where m.order_id <> x.order_id
"""
# Only the rows just written can have changed a sum; the sum itself is always taken over all rows of the order.
_SUM = """
    with sums as (
        select w.id as order_id, coalesce(sum(amount_minor) filter (where kind = 'payment'), 0) as paid,
               coalesce(sum(amount_minor) filter (where kind = 'refund'), 0) as refunded
        from unnest($1::uuid[]) as w(id) left join order_money m on m.order_id = w.id group by w.id
    ),
    before as (select id, paid_minor, refunded_minor from orders where id = any($1::uuid[]))
    update orders o set paid_minor = sums.paid, refunded_minor = sums.refunded
    from sums join before on before.id = sums.order_id where o.id = sums.order_id
    returning o.id, o.total_minor, before.paid_minor as paid_before, before.refunded_minor as refunded_before,
              o.paid_minor, o.refunded_minor
"""
_COVERED = """
    select id, paid_minor, refunded_minor from orders
    where id = any($1::uuid[]) and paid_minor >= total_minor and exists (
        select from order_money m where m.order_id = orders.id and m.kind = 'payment')
    order by id
"""

MoneyKind = Literal["payment", "refund"]


class Taken(msgspec.Struct, frozen=True):
    """A number that belongs to another order of the shop."""

    order_id: UUID
    kind: str
    number: str


class MoneyRow(msgspec.Struct, frozen=True, kw_only=True):
    """One payment or refund of an order; `amount_minor` is never negative, the kind gives the direction."""

    order_id: UUID
    shop_id: int
    kind: MoneyKind
    number: str
    amount_minor: int
    at: datetime

    @property
    def name(self) -> tuple[int, str, str]:
        return (self.shop_id, self.kind, self.number)


async def settle(work: Work, order_ids: Sequence[UUID], rows: Sequence[MoneyRow]) -> list[Taken]:
    """Make these the money rows of locked orders; what is there already stays, what is said no more goes.

    Returns the numbers that belong to another order and were not written.
    """
    told = msgspec.json.encode(list({row.name: row for row in rows}.values())).decode()
    known = [order_id for order_id in order_ids if order_id not in work.opened]
    gone = await work.tx.fetch(_REMOVE, told, known) if known else ()
    if not rows:
        await _add_up(work, gone)
        return []
    written = await work.tx.fetch(_WRITE, told)
    await _add_up(work, [*gone, *written])
    return [Taken(row["order_id"], row["kind"], row["number"]) for row in await work.tx.fetch(_OTHERS, told)]


async def advance(work: Work, order_ids: Sequence[UUID]) -> None:
    """Let money move orders: paid in full makes one paid, refunded in full before collection cancels it."""
    await pay_covered(work, order_ids)
    await cancel_refunded(work, order_ids)


async def pay_covered(work: Work, order_ids: Sequence[UUID]) -> list[Verdict]:
    """Call orders paid whose payments cover the total."""
    covered = [row["id"] for row in await _covered(work, order_ids)]
    placed = [order_id for order_id in covered if work.subject(order_id).stage == "placed"]
    return await carry_out(work, [Move(subject=order_id, transition="pay") for order_id in placed])


async def cancel_refunded(work: Work, order_ids: Sequence[UUID]) -> list[Verdict]:
    """Cancel orders whose buyers have all of their money back; one of which a parcel has left goes on."""
    rows = await _covered(work, order_ids)
    back = [row["id"] for row in rows if 0 < row["paid_minor"] <= row["refunded_minor"]]
    return await carry_out(
        work, [Move(subject=order_id, transition="cancel", why="refunded in full") for order_id in back]
    )


async def _covered(work: Work, order_ids: Sequence[UUID]) -> Sequence[Any]:
    return await work.tx.fetch(_COVERED, list(order_ids)) if order_ids else ()


async def _add_up(work: Work, touched: Sequence[Any]) -> None:
    told: dict[UUID, list[str]] = defaultdict(list)
    for row in touched:
        told[row["order_id"]].append(row["told"])
    for sums in await work.tx.fetch(_SUM, list(told)) if told else ():
        changes = [
            Change("paid_minor", sums["paid_before"], sums["paid_minor"]),
            Change("refunded_minor", sums["refunded_before"], sums["refunded_minor"]),
        ]
        real = [change for change in changes if change.before != change.after]
        work.record(work.subject(sums["id"]), "money.booked", real, evidence=told[sums["id"]])
