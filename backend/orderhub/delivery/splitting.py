"""Splitting: a parcel that nobody has picked yet becomes several, each with a part of its lines."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from orderhub.delivery.allocation import as_told, number_of, open_shipments
from orderhub.delivery.refusals import NotSplittable
from orderhub.kernel.actors import Actor
from orderhub.kernel.changes import Edit, change
from orderhub.kernel.errors import Refusal
from orderhub.kernel.ids import uuid7
from orderhub.kernel.ledger import Change
from orderhub.kernel.moves import Verdict
from orderhub.kernel.subjects import Subject
from orderhub.kernel.work import Work

SPLITTERS = ("warehouse", "operations", "manager", "system")

# Pieces by line number: what leaves for one new parcel.
Part = Mapping[int, int]

_BEFORE = """
    select p.id, o.id as order_id, o.number,
           (select count(*) from shipments x where x.order_id = o.id) as parcels,
           (select jsonb_agg(jsonb_build_object('line_no', l.line_no, 'sku_id', l.sku_id, 'name', l.name,
                                                'pieces', l.pieces) order by l.line_no)
            from shipment_lines l where l.shipment_id = p.id) as lines
    from shipments p join orders o on o.id = p.order_id where p.id = any($1::uuid[])
"""
_TAKE = """
    with left_over as (select * from jsonb_to_recordset($1::jsonb) as x(id uuid, line_no int, pieces int)),
    gone as (delete from shipment_lines l using left_over x
             where l.shipment_id = x.id and l.line_no = x.line_no and x.pieces = 0)
    update shipment_lines l set pieces = x.pieces from left_over x
    where l.shipment_id = x.id and l.line_no = x.line_no and x.pieces > 0
"""


def wish(shipment: UUID, parts: Sequence[Part], *, key: str | None = None) -> Edit:
    """Return the wish to let parts of a parcel travel on their own."""
    told = [{str(line): pieces for line, pieces in part.items()} for part in parts]
    return Edit(subject=shipment, values={"parts": told}, key=key)


async def split(edits: Sequence[Edit], *, actor: Actor) -> list[Verdict]:
    """Split parcels; each verdict is that of the parcel which keeps the rest."""
    return await change(edits, actor=actor, action="shipment.split", roles=SPLITTERS, apply=_split)


async def _split(work: Work, edits: Sequence[tuple[Subject, Edit]]) -> list[Sequence[Change] | Refusal]:
    rows = await work.tx.fetch(_BEFORE, [subject.id for subject, _ in edits])
    before = {row["id"]: row for row in rows}
    opened: dict[UUID, int] = {}
    outcomes: list[Sequence[Change] | Refusal] = []
    for subject, edit in edits:
        row = before[subject.id]
        parts = [{int(line): pieces for line, pieces in part.items()} for part in edit.values["parts"]]
        if (refusal := _refusal(subject, row["lines"], parts)) is not None:
            outcomes.append(refusal)
            continue
        place = row["parcels"] + opened.get(row["order_id"], 0)
        rest = await _take(work, subject, row, parts, place=place)
        opened[row["order_id"]] = opened.get(row["order_id"], 0) + len(parts)
        outcomes.append([Change("lines", as_told(row["lines"]), as_told(rest))])
    return outcomes


def _refusal(subject: Subject, lines: Sequence[Any], parts: Sequence[Part]) -> Refusal | None:
    if subject.stage != "allocated":
        return NotSplittable(stage=subject.stage)
    free = {line["line_no"]: line["pieces"] for line in lines}
    for part in parts:
        for line, pieces in part.items():
            if pieces <= 0 or pieces > free.get(line, 0):
                return NotSplittable(line=line, wanted=pieces, free=free.get(line, 0))
            free[line] -= pieces
    is_whole = parts and all(parts) and any(free.values())
    return None if is_whole else NotSplittable(stage=subject.stage)


async def _take(
    work: Work, subject: Subject, row: Any, parts: Sequence[Part], *, place: int
) -> list[dict[str, Any]]:
    """Move parts into parcels of their own; returns the lines that stay."""
    lines = {line["line_no"]: line for line in row["lines"]}
    new = [
        {
            "id": uuid7(),
            "order_id": row["order_id"],
            "number": number_of(row["number"], place + number),
            "lines": [{**lines[line], "pieces": pieces} for line, pieces in sorted(part.items())],
        }
        for number, part in enumerate(parts, start=1)
    ]
    rest = [
        {**line, "pieces": line["pieces"] - sum(part.get(number, 0) for part in parts)}
        for number, line in lines.items()
    ]
    left = [{"id": subject.id, "line_no": line["line_no"], "pieces": line["pieces"]} for line in rest]
    await work.tx.execute(_TAKE, msgspec.json.encode(left).decode())
    order = work.subject(row["order_id"])
    await open_shipments(work, [(order, shipment) for shipment in new])
    return [line for line in rest if line["pieces"]]
