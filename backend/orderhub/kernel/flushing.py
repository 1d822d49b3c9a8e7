"""Writes a unit of work: one statement, however many subjects, visits and entries it holds."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from orderhub.kernel import bus, calendars
from orderhub.kernel.flows import flow
from orderhub.kernel.subjects import Subject, Visit

if TYPE_CHECKING:
    from orderhub.kernel.work import Work

# The subquery on "gone" makes the old visits leave before the new ones enter: a subject has one open visit.
_FLUSH = """
with d as (select $1::jsonb as j),
opened as (
    insert into subjects (id, kind, parent_id, root_id, shop_id, warehouse_id, stage, reached, reached_of, late, visit_id,
                          opened_at, head_seq, head_digest)
    select id, kind, parent_id, root_id, shop_id, warehouse_id, stage, reached, reached_of, late, visit_id,
           opened_at, head_seq, decode(head_digest, 'base64')
    from d, jsonb_to_recordset(j -> 'opened') as x(id uuid, kind text, parent_id uuid, root_id uuid, shop_id int,
        warehouse_id int, stage text, reached int, reached_of int, late int, visit_id uuid,
        opened_at timestamptz, head_seq bigint, head_digest text)
),
touched as (
    update subjects s set stage = x.stage, warehouse_id = x.warehouse_id, reached = x.reached,
        reached_of = x.reached_of, late = x.late, opened_at = x.opened_at, visit_id = x.visit_id, head_seq = x.head_seq,
        head_digest = decode(x.head_digest, 'base64'), changed_xid = pg_current_xact_id()
    from d, jsonb_to_recordset(j -> 'touched') as x(id uuid, stage text, warehouse_id int, reached int,
        reached_of int, late int, opened_at timestamptz, visit_id uuid, head_seq bigint, head_digest text)
    where s.id = x.id
),
gone as (
    update visits v set left_at = x.left_at, left_by = x.left_by, transition = x.transition
    from d, jsonb_to_recordset(j -> 'left') as x(id uuid, left_at timestamptz, left_by text, transition text)
    where v.id = x.id returning 1
),
entered as (
    insert into visits (id, subject_id, root_id, kind, stage, shop_id, warehouse_id, role, entered_at, entered_by,
                        due_at, left_at, left_by, transition)
    select x.* from d, jsonb_to_recordset(j -> 'entered') as x(id uuid, subject_id uuid, root_id uuid, kind text,
        stage text, shop_id int, warehouse_id int, role text, entered_at timestamptz, entered_by text,
        due_at timestamptz, left_at timestamptz, left_by text, transition text)
    where (select count(*) from gone) >= 0
),
assigned as (
    update visits v set warehouse_id = x.warehouse_id
    from d, jsonb_to_recordset(j -> 'assigned') as x(visit_id uuid, warehouse_id int) where v.id = x.visit_id
),
told as (
    insert into ledger (stream, seq, at, root_id, body, digest)
    select stream, seq, at, root_id, body, decode(digest, 'base64')
    from d, jsonb_to_recordset(j -> 'entries') as x(stream text, seq bigint, at timestamptz, root_id uuid,
        body text, digest text)
),
kept as (
    insert into personal_values (id, root_id, value, salt)
    select id, root_id, value, decode(salt, 'base64')
    from d, jsonb_to_recordset(j -> 'personal') as x(id uuid, root_id uuid, value text, salt text)
),
counted as (
    insert into stage_deltas (kind, stage, shop_id, warehouse_id, measure, delta)
    select x.* from d, jsonb_to_recordset(j -> 'deltas') as x(kind text, stage text, shop_id int,
        warehouse_id int, measure text, delta int)
)
insert into outbox (id, destination, subject_id, topic, body, created_at, next_at)
select x.* from d, jsonb_to_recordset(j -> 'letters') as x(id uuid, destination text, subject_id uuid, topic text,
    body jsonb, created_at timestamptz, next_at timestamptz)
"""


async def flush(work: "Work") -> None:
    """Write what the work holds; after the COMMIT the bus is told of every subject that changed."""
    await _set_due(work)
    changed = [*work.opened.values(), *work.touched.values()]
    if not changed:
        return
    rows = {
        "opened": [_row(subject) for subject in work.opened.values()],
        "touched": [_row(subject) for subject in work.touched.values()],
        "left": list(work.visits_left.values()),
        "entered": [
            _visit_row(work.subjects[visit.subject_id], visit) for visit in work.visits_entered.values()
        ],
        "assigned": [_place(subject) for subject in work.reassigned.values()],
        "entries": work.entries,
        "personal": work.personal,
        "deltas": list(_deltas(work)),
        "letters": [
            msgspec.structs.asdict(x) | {"created_at": work.now, "next_at": work.now} for x in work.letters
        ],
    }
    await work.tx.execute(_FLUSH, msgspec.json.encode(rows).decode())
    facts = [_fact(subject) for subject in changed]

    async def tell() -> None:
        bus.publish(facts)

    work.tx.after_commit(tell)


async def _set_due(work: "Work") -> None:
    limited = [v for v in work.visits_entered.values() if _stage(work, v).limit_minutes is not None]
    if not limited:
        return
    places = {work.subjects[visit.subject_id].warehouse_id for visit in limited}
    hours = await calendars.of(work.tx, places)
    for visit in limited:
        stage, subject = _stage(work, visit), work.subjects[visit.subject_id]
        calendar = hours[subject.warehouse_id] if stage.working_hours else calendars.ALWAYS
        visit.due_at = calendars.due(visit.entered_at, stage.limit_minutes or 0, calendar)


def _stage(work: "Work", visit: Visit) -> Any:
    return flow(work.subjects[visit.subject_id].kind).stage(visit.stage)


def _row(subject: Subject) -> dict[str, Any]:
    row = msgspec.structs.asdict(subject)
    row["visit_id"] = row.pop("visit").id
    head = row.pop("head")
    return row | {"head_seq": head.seq, "head_digest": head.digest}


def _visit_row(subject: Subject, visit: Visit) -> dict[str, Any]:
    place = {
        "root_id": subject.root_id,
        "kind": subject.kind,
        "shop_id": subject.shop_id,
        "warehouse_id": subject.warehouse_id,
        "role": flow(subject.kind).stage(visit.stage).role,
    }
    return msgspec.structs.asdict(visit) | place


def _place(subject: Subject) -> dict[str, Any]:
    return {"visit_id": subject.visit.id, "warehouse_id": subject.warehouse_id}


def _deltas(work: "Work") -> Iterable[dict[str, Any]]:
    for (kind, stage, shop_id, warehouse_id, measure), delta in work.deltas.items():
        if delta:
            place = {"kind": kind, "stage": stage, "shop_id": shop_id, "warehouse_id": warehouse_id}
            yield place | {"measure": measure, "delta": delta}


def _fact(subject: Subject) -> bus.Fact:
    return bus.Fact(
        kind=subject.kind,
        subject=subject.id,
        root=subject.root_id,
        stage=subject.stage,
        shop=subject.shop_id,
        warehouse=subject.warehouse_id,
    )
