"""Relining: an order whose lines changed before picking is packed as it says now."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from orderhub.delivery.refusals import AlreadyPicking, AlreadySplit
from orderhub.delivery.tracking import tracked
from orderhub.kernel.ledger import Change
from orderhub.kernel.subjects import Subject
from orderhub.kernel.work import Work

_ORDERED = """
    select order_id, jsonb_agg(jsonb_build_object('sku_id', sku_id, 'name', name, 'pieces', pieces) order by line_no)
        as lines
    from order_lines where order_id = any($1::uuid[]) group by order_id
"""
_INSERT = """
    insert into shipment_lines (shipment_id, line_no, sku_id, name, pieces)
    select s.id, e.line_no, l.sku_id, l.name, l.pieces
    from jsonb_to_recordset($1::jsonb) as s(id uuid, lines jsonb),
        jsonb_array_elements(s.lines) with ordinality as e(line, line_no),
        jsonb_to_record(e.line) as l(sku_id int, name text, pieces int)
"""


async def reline(work: Work, orders: Sequence[Subject]) -> None:
    """Give waiting shipments the lines of their orders; refuses an order that is being picked or is further.

    An order in several parcels is refused too: nobody but a person can say in which of them a new line shall travel.
    """
    shipments = [child for order in orders for child in work.children(order.id) if child.stage != "cancelled"]
    if not shipments:
        return
    rows = await work.tx.fetch(_ORDERED, [order.id for order in orders])
    ordered = {row["order_id"]: row["lines"] for row in rows}
    before = await tracked(work.tx, [shipment.id for shipment in shipments])
    stale = _stale(shipments, before, ordered)
    if begun := [before[s.id]["number"] for s in stale if s.stage != "allocated"]:
        raise AlreadyPicking(shipments=begun)
    await _replace(work, [{"id": s.id, "lines": ordered[s.root_id]} for s in stale])
    for shipment in stale:
        change = Change("lines", before[shipment.id]["lines"], ordered[shipment.root_id])
        work.record(shipment, "shipment.relined", [change])


def has_begun(work: Work, order_id: UUID) -> bool:
    """Tell whether people have begun to pick a locked order, or have split it, so that its lines stay as they are."""
    standing = [child for child in work.children(order_id) if child.stage != "cancelled"]
    return len(standing) > 1 or any(child.stage != "allocated" for child in standing)


def _stale(
    shipments: Sequence[Subject], before: Mapping[UUID, Mapping[str, Any]], ordered: Mapping[UUID, Any]
) -> list[Subject]:
    of_order: dict[UUID, list[Subject]] = defaultdict(list)
    for shipment in shipments:
        of_order[shipment.root_id].append(shipment)
    stale = []
    for order_id, parcels in of_order.items():
        packed = [line for parcel in parcels for line in before[parcel.id]["lines"]]
        if _pieces(packed) == _pieces(ordered[order_id]):
            continue
        if len(parcels) > 1:
            raise AlreadySplit(shipments=[before[parcel.id]["number"] for parcel in parcels])
        stale += parcels
    return stale


def _pieces(lines: Sequence[Any]) -> Counter[tuple[int, str]]:
    """How many pieces of each thing; a line may be spread over several parcels."""
    pieces: Counter[tuple[int, str]] = Counter()
    for line in lines:
        pieces[line["sku_id"], line["name"]] += line["pieces"]
    return pieces


async def _replace(work: Work, rows: Sequence[dict[str, Any]]) -> None:
    ids = [row["id"] for row in rows]
    await work.tx.execute("delete from shipment_lines where shipment_id = any($1::uuid[])", ids)
    await work.tx.execute(_INSERT, msgspec.json.encode(rows).decode())
