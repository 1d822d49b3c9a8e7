"""Allocation: a paid order becomes a shipment, to be picked in the warehouse the order was given to."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from orderhub.kernel import numbers
from orderhub.kernel.ids import uuid7
from orderhub.kernel.ledger import Change
from orderhub.kernel.numbers import OURS, Number
from orderhub.kernel.subjects import Subject
from orderhub.kernel.work import Work

_CONTENTS = """
    select o.id, o.number, (select count(*) from shipments s where s.order_id = o.id) as parcels,
           (select jsonb_agg(jsonb_build_object('line_no', l.line_no, 'sku_id', l.sku_id, 'name', l.name,
                                                'pieces', l.pieces) order by l.line_no)
            from order_lines l where l.order_id = o.id) as lines
    from orders o where o.id = any($1::uuid[]) order by o.id
"""
_INSERT = """
    with d as (select $1::jsonb as j),
    allocated as (
        insert into shipments (id, order_id, number, code)
        select x.id, x.order_id, x.number, nextval('shipment_codes')::text
        from d, jsonb_to_recordset(j) as x(id uuid, order_id uuid, number text) order by x.number
        returning id, code
    ),
    lines as (
        insert into shipment_lines (shipment_id, line_no, sku_id, name, pieces)
        select s.id, l.line_no, l.sku_id, l.name, l.pieces
        from d, jsonb_to_recordset(j) as s(id uuid, lines jsonb),
            jsonb_to_recordset(s.lines) as l(line_no int, sku_id int, name text, pieces int)
    )
    select id, code from allocated
"""


async def allocate(work: Work, orders: Sequence[Subject]) -> None:
    """Make one shipment with all lines for each locked order; an order without a warehouse waits where it is."""
    ready = {order.id: order for order in orders if order.warehouse_id is not None}
    if not ready:
        return
    rows = [_shipment(row) for row in await work.tx.fetch(_CONTENTS, list(ready))]
    await open_shipments(work, [(ready[row["order_id"]], row) for row in rows])


async def open_shipments(work: Work, wanted: Sequence[tuple[Subject, dict[str, Any]]]) -> None:
    """Open shipments of locked orders: each an id, the order_id, a number and lines (line_no, sku_id, name, pieces).

    A shipment stands in the warehouse of its order.
    """
    rows = [row for _, row in wanted]
    made = await work.tx.fetch(_INSERT, msgspec.json.encode(rows).decode())
    codes = {row["id"]: row["code"] for row in made}
    await numbers.give(work.tx, [_number(row) for row in rows])
    for order, row in wanted:
        work.open(
            "shipment",
            row["id"],
            shop_id=order.shop_id,
            warehouse_id=order.warehouse_id,
            parent=order,
            changes=_told(row, codes[row["id"]]),
        )


def number_of(order: str, place: int) -> str:
    """Return the number of an order's shipment: that of the order, and which of them it is."""
    return f"{order}-{place}"


def as_told(lines: Sequence[Any]) -> list[dict[str, Any]]:
    """Return lines as the ledger tells them."""
    return [{name: line[name] for name in ("sku_id", "name", "pieces")} for line in lines]


def _shipment(row: Any) -> dict[str, Any]:
    number = number_of(row["number"], row["parcels"] + 1)
    return {"id": uuid7(), "order_id": row["id"], "number": number, "lines": row["lines"]}


def _number(row: dict[str, Any]) -> Number:
    shipment_id: UUID = row["id"]
    return Number(
        scheme="shipment", shop_id=OURS, number=row["number"], subject_id=shipment_id, root_id=row["order_id"]
    )


def _told(row: dict[str, Any], code: str) -> list[Change]:
    return [
        Change("number", None, row["number"]),
        Change("code", None, code),
        Change("lines", None, as_told(row["lines"])),
        Change("picked", None, 0),
        Change("packed", None, 0),
    ]
