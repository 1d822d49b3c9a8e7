"""Picking and packing: what was taken from the shelf and what lies in the parcel, line by line."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from orderhub.delivery.refusals import NotAllPacked
from orderhub.kernel.ledger import Change
from orderhub.kernel.moves import Moving
from orderhub.kernel.work import Work

_LINES = """
    select shipment_id, line_no, name, pieces, picked, packed from shipment_lines
    where shipment_id = any($1::uuid[]) order by shipment_id, line_no
"""
_WRITE = """
    update shipment_lines l set picked = x.picked, packed = x.packed
    from jsonb_to_recordset($1::jsonb) as x(shipment_id uuid, line_no int, picked int, packed int)
    where l.shipment_id = x.shipment_id and l.line_no = x.line_no
"""


async def packed_as_ordered(work: Work, movings: Sequence[Moving]) -> None:
    """Refuse a parcel in which a line has more or fewer pieces than ordered.

    The fact ``packed`` holds pieces by line number, as counted at the bench; whoever gives none vouches for all.
    """
    lines = await _lines(work, movings)
    for moving in movings:
        counted = moving.request.facts.get("packed")
        if not isinstance(counted, dict):
            continue
        for line in lines[moving.subject.id]:
            packed = counted.get(str(line["line_no"]), 0)
            if packed != line["pieces"]:
                data = {
                    "line": line["line_no"],
                    "name": line["name"],
                    "ordered": line["pieces"],
                    "packed": packed,
                }
                moving.refuse(NotAllPacked(**data))


async def take_all(work: Work, movings: Sequence[Moving]) -> None:
    """Write every line as picked and packed in full."""
    lines = await _lines(work, movings)
    rows = [
        {
            "shipment_id": line["shipment_id"],
            "line_no": line["line_no"],
            "picked": line["pieces"],
            "packed": line["pieces"],
        }
        for moving in movings
        for line in lines[moving.subject.id]
    ]
    await work.tx.execute(_WRITE, msgspec.json.encode(rows).decode())
    for moving in movings:
        moving.changes = [*moving.changes, *_sums(lines[moving.subject.id])]


async def _lines(work: Work, movings: Sequence[Moving]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in await work.tx.fetch(_LINES, [moving.subject.id for moving in movings]):
        found[row["shipment_id"]].append(row)
    return found


def _sums(lines: Sequence[Any]) -> list[Change]:
    pieces = sum(line["pieces"] for line in lines)
    sums = [(name, sum(line[name] for line in lines)) for name in ("picked", "packed")]
    return [Change(name, before, pieces) for name, before in sums if before != pieces]
