"""Writes a unit of work: a fixed number of statements, however many subjects, visits and entries it holds.

What is new goes by COPY, which both sides do faster than a statement with parameters.
"""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import asdict

from orderhub.kernel import bus, calendars
from orderhub.kernel.flows import flow
from orderhub.kernel.postgres import Transaction
from orderhub.kernel.subjects import Visit

if TYPE_CHECKING:
    from orderhub.kernel.work import Work


class _Copied:
    """How objects become rows of a table: its columns, and after "=" where a value lies if not under the column's name."""

    def __init__(self, table: str, columns: str, *, then: str = "") -> None:
        pairs = [column.partition("=") for column in columns.split()]
        self.values_of = attrgetter(*(place or name for name, _, place in pairs))
        self._table, self._columns = table, [*(name for name, _, _ in pairs), *then.split()]

    async def write(self, tx: Transaction, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            await tx.copy_records(self._table, columns=self._columns, records=rows)


_SUBJECTS = _Copied(
    "subjects",
    "id kind parent_id root_id shop_id warehouse_id stage reached reached_of late opened_at visit_id=visit.id "
    "head_seq=head.seq head_digest=head.digest",
)
_VISITS = _Copied(
    "visits",
    "id subject_id stage entered_at entered_by due_at left_at left_by transition",
    then="root_id kind shop_id warehouse_id role",
)
_LEDGER = _Copied("ledger", "stream seq at root_id body digest")
_PERSONAL = _Copied("personal_values", "id root_id value salt")

_DELTA = ("kind", "stage", "shop_id", "warehouse_id", "measure", "delta")

# How a subject that was touched, and a visit that was left, are brought up to date.
_TOUCHED = (
    *("id uuid", "stage text", "warehouse_id int", "reached int", "reached_of int", "late int"),
    *("opened_at timestamptz", "visit_id uuid", "head_seq bigint", "head_digest bytea"),
)
_LEFT = ("id uuid", "left_by text", "transition text")
_of_touched = attrgetter(
    *("id", "stage", "warehouse_id", "reached", "reached_of", "late"),
    *("opened_at", "visit.id", "head.seq", "head.digest"),
)
_of_left = attrgetter("id", "left_by", "transition")


def _rows(columns: Sequence[str], first: int) -> str:
    """Rows that come as one array a column, the first of them as this parameter."""
    names, types = zip(*(column.split() for column in columns), strict=True)
    arrays = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(types, start=first))
    return f"unnest({arrays}) as x({', '.join(names)})"


_UPDATE = f"""
with touched as (
    update subjects s set stage = x.stage, warehouse_id = x.warehouse_id, reached = x.reached,
        reached_of = x.reached_of, late = x.late, opened_at = x.opened_at, visit_id = x.visit_id, head_seq = x.head_seq,
        head_digest = x.head_digest, changed_xid = pg_current_xact_id()
    from {_rows(_TOUCHED, 3)} where s.id = x.id
),
gone as (
    update visits v set left_at = $2::timestamptz, left_by = x.left_by, transition = x.transition
    from {_rows(_LEFT, 13)} where v.id = x.id
)
insert into outbox (id, destination, subject_id, topic, body, created_at, next_at)
select x.* from jsonb_to_recordset($1::jsonb) as x(id uuid, destination text, subject_id uuid, topic text,
    body jsonb, created_at timestamptz, next_at timestamptz)
"""


async def flush(work: "Work") -> None:
    """Write what the work holds; after the COMMIT the bus is told of every subject that changed."""
    await _set_due(work)
    changed = [*work.opened.values(), *work.touched.values()]
    if not changed:
        return
    tx = work.tx
    await _SUBJECTS.write(tx, list(map(_SUBJECTS.values_of, work.opened.values())))
    if deltas := [(*place, delta) for place, delta in work.deltas.items() if delta]:
        await tx.copy_records("stage_deltas", columns=_DELTA, records=deltas)
    # The visits that end are written before those that begin: a subject has one open visit.
    if work.touched or work.visits_left or work.letters:
        await _update(work)
    await _VISITS.write(tx, [_entered(work, visit) for visit in work.visits_entered.values()])
    await _LEDGER.write(tx, list(map(_LEDGER.values_of, work.entries)))
    await _PERSONAL.write(tx, list(map(_PERSONAL.values_of, work.personal)))
    facts = [
        bus.Fact(
            kind=s.kind, subject=s.id, root=s.root_id, stage=s.stage, shop=s.shop_id, warehouse=s.warehouse_id
        )
        for s in changed
    ]

    async def tell() -> None:
        bus.publish(facts)

    work.tx.after_commit(tell)


async def _update(work: "Work") -> None:
    letters = [asdict(x) | {"created_at": work.now, "next_at": work.now} for x in work.letters]
    await work.tx.execute(
        _UPDATE,
        msgspec.json.encode(letters).decode(),
        work.now,
        *_columns(10, map(_of_touched, work.touched.values())),
        *_columns(3, map(_of_left, work.visits_left.values())),
    )


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
    its = (subject.root_id, subject.kind, subject.shop_id, subject.warehouse_id)
    return (*_VISITS.values_of(visit), *its, flow(subject.kind).stage(visit.stage).role)
