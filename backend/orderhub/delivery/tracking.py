"""The columns of a shipment that only the ledger may explain, as `orderhub verify` compares them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from orderhub.kernel.postgres import Transaction

_SHIPMENTS = "select id, number, code, carrier, waybill from shipments where id = any($1::uuid[])"
_LINES = """
    select shipment_id, sku_id, name, pieces from shipment_lines join shipments s on s.id = shipment_id
    where shipment_id = any($1::uuid[]) order by shipment_id, line_no
"""
_PACKED = """
    select shipment_id, sum(picked)::int as picked, sum(packed)::int as packed
    from shipment_lines join shipments s on s.id = shipment_id
    where shipment_id = any($1::uuid[]) group by shipment_id
"""


async def tracked(tx: Transaction, ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
    """Return the tracked fields of shipments by id, in the form in which the ledger tells them."""
    found: dict[UUID, dict[str, Any]] = {}
    for row in await tx.fetch(_SHIPMENTS, list(ids)):
        fields = dict(row)
        subject_id = fields.pop("id")
        found[subject_id] = fields | {"lines": []}
    for row in await tx.fetch(_LINES, list(ids)):
        fields = dict(row)
        found[fields.pop("shipment_id")]["lines"].append(fields)
    for row in await tx.fetch(_PACKED, list(ids)):
        found[row["shipment_id"]] |= {"picked": row["picked"], "packed": row["packed"]}
    return found
