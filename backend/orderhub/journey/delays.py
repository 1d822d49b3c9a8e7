"""Delays: somebody says why a parcel stands, and until when; the buyer reads it in their own language.

The reason is chosen, not written: so it exists in every language, and holds nothing of anybody. It speaks of the visit
it was given for; when the parcel moves on it is history.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from orderhub.journey.refusals import NothingLate, NotToCome
from orderhub.kernel.actors import Actor
from orderhub.kernel.changes import Edit, change
from orderhub.kernel.errors import BadInput, Refusal
from orderhub.kernel.flows import flow
from orderhub.kernel.ledger import Change
from orderhub.kernel.moves import Verdict
from orderhub.kernel.postgres import Record
from orderhub.kernel.subjects import Subject
from orderhub.kernel.work import Work

REASONS = ("report", "stock", "busy", "pickup", "breakdown", "weather", "address", "customs", "trace")
EXPLAINERS = ("warehouse", "service", "operations", "manager")

_WRITE = """
    with before as (select visit_id, reason, expected_at from journey_delays where visit_id = any($2::uuid[]))
    insert into journey_delays as d (visit_id, subject_id, reason, expected_at, told_at)
    select x.* from jsonb_to_recordset($1::jsonb) as x(visit uuid, subject uuid, reason text, expected_at timestamptz,
        told_at timestamptz)
    on conflict (visit_id) do update set reason = excluded.reason, expected_at = excluded.expected_at,
        told_at = excluded.told_at
    returning d.subject_id, (select reason from before b where b.visit_id = d.visit_id) as reason,
        (select expected_at from before b where b.visit_id = d.visit_id) as expected_at
"""


def wish(subject: UUID, *, visit: UUID, reason: str, expected_at: datetime, key: str | None = None) -> Edit:
    """Return the wish to explain the delay of a parcel (or of an order not yet in parcels) at a visit."""
    values = {"visit": str(visit), "reason": reason, "expected_at": expected_at.isoformat()}
    return Edit(subject=subject, values=values, key=key)


async def explain(edits: Sequence[Edit], *, actor: Actor) -> list[Verdict]:
    """Tell buyers why something stands, and when it is expected to move on."""
    return await change(edits, actor=actor, action="journey.explained", roles=EXPLAINERS, apply=_explain)


async def _explain(work: Work, edits: Sequence[tuple[Subject, Edit]]) -> list[Sequence[Change] | Refusal]:
    refused = {subject.id: _refused(work, subject, edit) for subject, edit in edits}
    rows = [
        {"visit": subject.visit.id, "subject": subject.id, "told_at": work.now, **edit.values}
        for subject, edit in edits
        if refused[subject.id] is None
    ]
    visits = [row["visit"] for row in rows]
    written = await work.tx.fetch(_WRITE, msgspec.json.encode(rows).decode(), visits)
    before = {row["subject_id"]: row for row in written}
    return [refused[subject.id] or _told(before[subject.id], edit) for subject, edit in edits]


def _refused(work: Work, subject: Subject, edit: Edit) -> Refusal | None:
    if str(subject.visit.id) != edit.values["visit"] or flow(subject.kind).stage(subject.stage).role is None:
        return NothingLate()
    if edit.values["reason"] not in REASONS:
        return BadInput(field="reason", expected=", ".join(REASONS), got=edit.values["reason"][:60])
    is_to_come = datetime.fromisoformat(edit.values["expected_at"]) > work.now
    return None if is_to_come else NotToCome()


def _told(before: Record, edit: Edit) -> list[Change]:
    return [Change(f"delay.{name}", before[name], edit.values[name]) for name in ("reason", "expected_at")]
