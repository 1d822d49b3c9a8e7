"""Writes a unit of work: one statement, however many subjects, visits and entries it holds."""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import asdict

from orderhub.kernel import bus, calendars
from orderhub.kernel.flows import flow
from orderhub.kernel.subjects import Visit

if TYPE_CHECKING:
    from orderhub.kernel.work import Work


# Columns of what is written row by row: name, type, and after "=" where the value lies if not under the name.
_OPENED = (
    "id uuid, kind text, parent_id uuid, root_id uuid, shop_id int, warehouse_id int, stage text, reached int, "
    "reached_of int, late int, opened_at timestamptz, visit_id=visit.id uuid, head_seq=head.seq bigint, "
    "head_digest=head.digest bytea"
)
_VISIT = (
    "id uuid, subject_id uuid, stage text, entered_by text, due_at timestamptz, left_by text, transition text"
)
_LEFT = "id uuid, left_by text, transition text"
_TOUCHED = (
    "id uuid, stage text, warehouse_id int, reached int, reached_of int, late int, opened_at timestamptz, "
    "visit_id=visit.id uuid, head_seq=head.seq bigint, head_digest=head.digest bytea"
)
_ITS_SUBJECT = "root_id uuid, kind text, shop_id int, warehouse_id int"
_TOLD = "stream text, seq bigint, root_id uuid, body text, digest bytea"
_KEPT = "id uuid, root_id uuid, value text, salt bytea"


def _rows(columns: str, first: int) -> str:
    """Rows that come as one array a column, the first of them as this parameter."""
    names, types = zip(*(column.split() for column in columns.split(", ")), strict=True)
    arrays = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(types, start=first))
    return f"unnest({arrays}) as x({', '.join(name.partition('=')[0] for name in names)})"


def _into(table: str, columns: str, first: int, **same: str) -> str:
    rows = _rows(columns, first)
    names = ", ".join([rows[rows.rindex("(") + 1 : -1], *same])
    return f"insert into {table} ({names}) select {', '.join(['x.*', *same.values()])} from {rows}"


def _of(columns: str) -> Callable[[Any], tuple[Any, ...]]:
    """Return what takes the values of these columns from an object."""
    return attrgetter(*(column.split()[0].rpartition("=")[2] for column in columns.split(", ")))


_of_opened, _of_visit, _of_its_subject = _of(_OPENED), _of(_VISIT), _of(_ITS_SUBJECT)
_of_told, _of_kept, _of_touched, _of_left = _of(_TOLD), _of(_KEPT), _of(_TOUCHED), _of(_LEFT)

_LEFT_AT = "case when x.left_by is not null then $2 end"

# The subquery on "gone" makes the old visits leave before the new ones enter: a subject has one open visit.
_FLUSH = f"""
with d as (select $1::jsonb as j, $2::timestamptz as at),
opened as ({_into("subjects", _OPENED, 3)}),
touched as (
    update subjects s set stage = x.stage, warehouse_id = x.warehouse_id, reached = x.reached,
        reached_of = x.reached_of, late = x.late, opened_at = x.opened_at, visit_id = x.visit_id, head_seq = x.head_seq,
        head_digest = x.head_digest, changed_xid = pg_current_xact_id()
    from {_rows(_TOUCHED, 38)} where s.id = x.id
),
gone as (
    update visits v set left_at = $2, left_by = x.left_by, transition = x.transition
    from {_rows(_LEFT, 48)} where v.id = x.id returning 1
),
entered as ({_into("visits", f"{_VISIT}, {_ITS_SUBJECT}, role text", 17, entered_at="$2", left_at=_LEFT_AT)}
    where (select count(*) from gone) >= 0),
assigned as (
    update visits v set warehouse_id = x."to"
    from d, jsonb_to_recordset(j -> 'assigned') as x(visit uuid, "to" int) where v.id = x.visit
),
told as ({_into("ledger", _TOLD, 29, at="$2")}),
kept as ({_into("personal_values", _KEPT, 34)}),
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
        "assigned": [{"visit": s.visit.id, "to": s.warehouse_id} for s in work.reassigned.values()],
        "deltas": list(_deltas(work)),
        "letters": [asdict(x) | {"created_at": work.now, "next_at": work.now} for x in work.letters],
    }
    await work.tx.execute(
        _FLUSH,
        msgspec.json.encode(rows).decode(),
        work.now,
        *_columns(14, map(_of_opened, work.opened.values())),
        *_columns(12, (_entered(work, visit) for visit in work.visits_entered.values())),
        *_columns(5, map(_of_told, work.entries)),
        *_columns(4, map(_of_kept, work.personal)),
        *_columns(10, map(_of_touched, work.touched.values())),
        *_columns(3, map(_of_left, work.visits_left.values())),
    )
    facts = [
        bus.Fact(
            kind=s.kind, subject=s.id, root=s.root_id, stage=s.stage, shop=s.shop_id, warehouse=s.warehouse_id
        )
        for s in changed
    ]

    async def tell() -> None:
        bus.publish(facts)

    work.tx.after_commit(tell)


async def _set_due(work: "Work") -> None:
    staged = [(visit, work.subjects[visit.subject_id]) for visit in work.visits_entered.values()]
    known = [(visit, subject, flow(subject.kind).stage(visit.stage)) for visit, subject in staged]
    limited = [each for each in known if each[2].limit_minutes is not None]
    if limited:
        hours = await calendars.of(work.tx, {subject.warehouse_id for _, subject, _ in limited})
    for visit, subject, stage in limited:
        calendar = hours[subject.warehouse_id] if stage.working_hours else calendars.ALWAYS
        visit.due_at = calendars.due(visit.entered_at, stage.limit_minutes or 0, calendar)


def _columns(count: int, rows: Iterable[tuple[Any, ...]]) -> Sequence[Sequence[Any]]:
    return list(zip(*rows, strict=True)) or [()] * count


def _entered(work: "Work", visit: Visit) -> tuple[Any, ...]:
    subject = work.subjects[visit.subject_id]
    return (*_of_visit(visit), *_of_its_subject(subject), flow(subject.kind).stage(visit.stage).role)


def _deltas(work: "Work") -> Iterable[dict[str, Any]]:
    for (kind, stage, shop_id, warehouse_id, measure), delta in work.deltas.items():
        if delta:
            place = {"kind": kind, "stage": stage, "shop_id": shop_id, "warehouse_id": warehouse_id}
            yield place | {"measure": measure, "delta": delta}
