"""What an order's page tells of its parcels, and how far each line has come."""

from collections import Counter
from datetime import datetime
from uuid import UUID

import msgspec

from orderhub.kernel.flows import flow
from orderhub.kernel.postgres import Transaction

_CHILDREN = """
    select s.id as subject, s.kind, s.stage, s.visit_id as visit, h.number, h.carrier, h.waybill, w.name as warehouse,
           v.role, v.entered_at as entered, v.due_at as due, v.late_at is not null as late,
           (select sum(pieces)::int from shipment_lines l where l.shipment_id = s.id) as pieces
    from shipments h join subjects s on s.id = h.id join visits v on v.id = s.visit_id
    left join warehouses w on w.id = s.warehouse_id
    where h.order_id = $1 order by h.number
"""
_LINES = """
    select l.line_no, l.name, l.outside_sku, l.sku_id, k.code, l.pieces, l.amount_minor
    from order_lines l join skus k on k.id = l.sku_id where l.order_id = $1 order by l.line_no
"""
_IN_PARCELS = """
    select l.line_no, l.pieces, l.picked, l.packed, s.stage
    from shipment_lines l join shipments h on h.id = l.shipment_id join subjects s on s.id = h.id
    where h.order_id = $1
"""


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel on its order's page."""

    subject: UUID
    visit: UUID
    kind: str
    number: str
    stage: str
    warehouse: str | None
    carrier: str | None
    waybill: str | None
    pieces: int
    role: str | None
    entered: datetime
    due: datetime | None
    late: bool


class Quantity(msgspec.Struct, frozen=True):
    """How many pieces of a line have come that far."""

    name: str
    pieces: int


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the order, with what has become of it."""

    name: str
    sku: str
    outside: str | None
    ordered: int
    counts: tuple[Quantity, ...]
    amount_minor: int
    part_of: str | None = None


async def children(tx: Transaction, order_id: UUID) -> list[Child]:
    """Return the parcels of an order in the order of their numbers."""
    return [Child(**dict(row)) for row in await tx.fetch(_CHILDREN, order_id)]


async def lines(tx: Transaction, order_id: UUID) -> list[Line]:
    """Return the lines of an order, and how many pieces of each are allocated, picked, packed, shipped, returned."""
    counted: dict[int, Counter[str]] = {}
    for row in await tx.fetch(_IN_PARCELS, order_id):
        counted.setdefault(row["line_no"], Counter()).update(_come(row["stage"], row))
    return [
        Line(
            name=row["name"],
            sku=row["code"],
            outside=row["outside_sku"],
            ordered=row["pieces"],
            counts=tuple(
                Quantity(name, n) for name, n in counted.get(row["line_no"], Counter()).items() if n
            ),
            amount_minor=row["amount_minor"],
        )
        for row in await tx.fetch(_LINES, order_id)
    ]


def _come(stage: str, row: dict[str, int]) -> dict[str, int]:
    if stage == "cancelled":
        return {"cancelled": row["pieces"]}
    shipment = flow("shipment")
    has_left = shipment.rank(stage) >= shipment.rank("collected")
    return {
        "allocated": row["pieces"],
        "picked": row["picked"],
        "packed": row["packed"],
        "shipped": row["pieces"] if has_left else 0,
        "returned": row["pieces"] if stage == "returned" else 0,
        "written_off": row["pieces"] if stage == "lost" else 0,
    }
