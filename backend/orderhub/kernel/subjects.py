"""Subjects: the things with a life. How they are locked, and what is known of each while it is."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from orderhub.kernel.ledger import Head
from orderhub.kernel.postgres import Transaction

_LOCK = """
    select id, kind, parent_id, root_id, shop_id, warehouse_id, stage, reached, reached_of, late, visit_id, opened_at,
           head_seq, head_digest
    from subjects where id = any($1::uuid[]) order by id for update
"""
_VISITS = """
    select id, subject_id, stage, entered_at, entered_by, due_at, late_at
    from visits where id = any($1::uuid[])
"""


class Visit(msgspec.Struct, kw_only=True):
    """One stay of a subject in a stage."""

    id: UUID
    subject_id: UUID
    stage: str
    entered_at: datetime
    entered_by: str
    due_at: datetime | None = None
    late_at: datetime | None = None
    left_at: datetime | None = None
    left_by: str | None = None
    transition: str | None = None


class Subject(msgspec.Struct, kw_only=True):
    """A subject whose row is locked by this transaction (or was made by it), with its open visit.

    ``late`` is kept on a root: how many open visits of its family are late.
    """

    id: UUID
    kind: str
    parent_id: UUID | None
    root_id: UUID
    shop_id: int
    warehouse_id: int | None
    stage: str
    reached: int
    reached_of: int
    opened_at: datetime
    head: Head
    visit: Visit
    late: int = 0


async def lock(tx: Transaction, ids: Collection[UUID]) -> list[Subject]:
    """Lock subjects in the order of their ids: parents and children in one statement. Unknown ids are left out."""
    if not ids:
        return []
    rows = await tx.fetch(_LOCK, sorted(ids))
    visits = await tx.fetch(_VISITS, [row["visit_id"] for row in rows])
    open_visits = {row["subject_id"]: Visit(**dict(row)) for row in visits}
    return [_subject(dict(row), open_visits[row["id"]]) for row in rows]


async def closure(
    tx: Transaction, ids: Collection[UUID], *, with_children_of: Collection[UUID] = ()
) -> set[UUID]:
    """Return the ids that must be locked together: the subjects, parents and roots, and the children asked for."""
    if not ids and not with_children_of:
        return set()
    rows = await tx.fetch(
        "select id, parent_id, root_id from subjects where id = any($1::uuid[]) or parent_id = any($2::uuid[])",
        *(list(ids), list(with_children_of)),
    )
    return {row[name] for row in rows for name in ("id", "parent_id", "root_id") if row[name]}


async def children_stages(tx: Transaction, parents: Sequence[UUID]) -> list[tuple[UUID, UUID, str]]:
    """Return (parent, child, stage) of every child; stable while the parents are locked."""
    rows = await tx.fetch(
        "select parent_id, id, stage from subjects where parent_id = any($1::uuid[]) order by id",
        list(parents),
    )
    return [(row["parent_id"], row["id"], row["stage"]) for row in rows]


def _subject(row: dict[str, object], visit: Visit) -> Subject:
    head = Head(row.pop("head_seq"), row.pop("head_digest"))  # type: ignore[arg-type]
    del row["visit_id"]
    return Subject(**row, head=head, visit=visit)  # type: ignore[arg-type]
