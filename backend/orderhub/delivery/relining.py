"""Relining: an order whose lines changed before picking is packed as it says now."""

from collections.abc import Sequence
from typing import Any

import msgspec

from orderhub.delivery.refusals import AlreadyPicking
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
    """Give waiting shipments the lines of their orders; refuses an order that is being picked or is further."""
    shipments = [child for order in orders for child in work.children(order.id) if child.stage != "cancelled"]
    if not shipments:
        return
    rows = await work.tx.fetch(_ORDERED, [order.id for order in orders])
    ordered = {row["order_id"]: row["lines"] for row in rows}
    before = await tracked(work.tx, [shipment.id for shipment in shipments])
    stale = [s for s in shipments if before[s.id]["lines"] != ordered[s.root_id]]
    if begun := [before[s.id]["number"] for s in stale if s.stage != "allocated"]:
        raise AlreadyPicking(shipments=begun)
    await _replace(work, [{"id": s.id, "lines": ordered[s.root_id]} for s in stale])
    for shipment in stale:
        change = Change("lines", before[shipment.id]["lines"], ordered[shipment.root_id])
        work.record(shipment, "shipment.relined", [change])


async def _replace(work: Work, rows: Sequence[dict[str, Any]]) -> None:
    ids = [row["id"] for row in rows]
    await work.tx.execute("delete from shipment_lines where shipment_id = any($1::uuid[])", ids)
    await work.tx.execute(_INSERT, msgspec.json.encode(rows).decode())
