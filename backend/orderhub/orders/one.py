"""One order, as its page tells it: head, lines, money, numbers, and what may be done with it."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from orderhub.kernel import numbers
from orderhub.kernel.errors import NotFound
from orderhub.kernel.postgres import Transaction
from orderhub.orders.listing import Reach
from orderhub.orders.remarks import masked

_HEAD = """
    select s.id, s.stage, s.reached, s.reached_of, s.shop_id, s.warehouse_id, h.name as shop, o.number, o.placed_at,
           o.currency, o.goods_minor, o.discount_minor, o.shipping_minor, o.total_minor, o.paid_minor, o.refunded_minor,
           o.remark, r.masked_name as buyer, r.masked_phone as phone, r.region, s.visit_id
    from subjects s join orders o on o.id = s.id join shops h on h.id = s.shop_id
    left join receivers r on r.order_id = s.id
    where s.id = $1 and ($2::int[] is null or s.shop_id = any($2))
        and ($3::int[] is null or s.warehouse_id is null or s.warehouse_id = any($3))
"""
_OPEN = """
    select v.role, v.entered_at, v.due_at, v.late_at from subjects s join visits v on v.id = s.visit_id
    where s.root_id = $1 and v.role is not null order by v.due_at nulls last, v.id
"""

# Numbers are shown in this order, others after them.
_SCHEMES = ("order", "channel_order", "shipment", "waybill", "payment", "refund")

State = Literal["paid", "part", "unpaid", "over", "refunded", "refunded_in_part"]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to "where is it": the stage, who has it, since when and until when."""

    number: str
    stage: str
    shop: str
    placed_at: datetime
    buyer: str
    phone: str
    region: str
    remark: str
    parcels: int
    late: int
    reached: int
    reached_of: int
    role: str | None
    entered: datetime | None
    due: datetime | None


class Amount(msgspec.Struct, frozen=True):
    """One line of the bill, in minor units."""

    name: str
    amount_minor: int


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One payment or refund."""

    kind: str
    number: str
    amount_minor: int
    at: datetime


class Money(msgspec.Struct, frozen=True, kw_only=True):
    """What was owed, what came, what went back."""

    currency: str
    rows: tuple[Amount, ...]
    due: Amount
    entries: tuple[Entry, ...]
    state: State


class Number(msgspec.Struct, frozen=True):
    """One of the many numbers of an order."""

    scheme: str
    number: str
    of: str = ""


async def row(tx: Transaction, order_id: UUID, reach: Reach) -> Any:
    """Return the order's row; one outside the reach is not found."""
    scope = [None if places is None else sorted(places) for places in (reach.shops, reach.warehouses)]
    found = await tx.fetchrow(_HEAD, order_id, *scope)
    if found is None:
        raise NotFound(subject=str(order_id))
    return found


async def id_of(tx: Transaction, number: str) -> UUID:
    """Return the id behind our own number of an order."""
    found = await tx.fetchval("select id from orders where number = $1", number)
    if found is None:
        raise NotFound(subject=number)
    return UUID(str(found))


async def head(tx: Transaction, order_id: UUID, reach: Reach) -> Head:
    """Return the head of an order's page."""
    order = await row(tx, order_id, reach)
    visits = await tx.fetch(_OPEN, order_id)
    first = visits[0] if visits else None
    return Head(
        number=order["number"],
        stage=order["stage"],
        shop=order["shop"],
        placed_at=order["placed_at"],
        buyer=order["buyer"] or "",
        phone=order["phone"] or "",
        region=order["region"] or "",
        remark=masked(order["remark"]),
        reached=order["reached"],
        reached_of=order["reached_of"],
        parcels=order["reached_of"],
        late=sum(visit["late_at"] is not None for visit in visits),
        role=first["role"] if first else None,
        entered=first["entered_at"] if first else None,
        due=first["due_at"] if first else None,
    )


async def money(tx: Transaction, order_id: UUID, reach: Reach) -> Money:
    """Return the bill of an order, and every payment and refund."""
    order = await row(tx, order_id, reach)
    rows = await tx.fetch(
        "select kind, number, amount_minor, at from order_money where order_id = $1 order by at, kind, number",
        order_id,
    )
    bill = [
        ("goods", order["goods_minor"]),
        ("discount", -order["discount_minor"]),
        ("shipping", order["shipping_minor"]),
    ]
    return Money(
        currency=order["currency"],
        rows=tuple(Amount(name, amount) for name, amount in bill if amount or name == "goods"),
        due=Amount("total", order["total_minor"]),
        entries=tuple(Entry(**dict(entry)) for entry in rows),
        state=_state(order),
    )


async def own_numbers(tx: Transaction, order_id: UUID, reach: Reach) -> tuple[Number, ...]:
    """Return every number by which somebody calls this order or a part of it, its payments and refunds too."""
    await row(tx, order_id, reach)
    paid = await tx.fetch(
        "select kind, number from order_money where order_id = $1 order by kind, number", order_id
    )
    named = await numbers.of(tx, order_id)
    known = [*named, *((r["kind"], r["number"]) for r in paid)]
    ranks = {scheme: rank for rank, scheme in enumerate(_SCHEMES)}
    known.sort(key=lambda one: ranks.get(one[0], len(ranks)))
    return tuple(Number(scheme, number) for scheme, number in known)


def _state(order: Any) -> State:
    paid, total, refunded = order["paid_minor"], order["total_minor"], order["refunded_minor"]
    if refunded:
        return "refunded" if refunded >= paid else "refunded_in_part"
    if paid == total:
        return "paid" if paid else "unpaid"
    return "over" if paid > total else "part" if paid else "unpaid"
