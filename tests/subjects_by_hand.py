"""Rows of ``subjects`` written with plain SQL: changes that no verb made and nobody publishes."""

from uuid import UUID

from orderhub.kernel import clock, postgres
from orderhub.kernel.ids import uuid7

INSERT = """
insert into subjects (id, kind, root_id, shop_id, warehouse_id, stage, visit_id, opened_at, head_seq, head_digest)
values ($1, $2, $1, $3, $4, $5, $6, $7, 0, '')
"""
MOVE = "update subjects set stage = $2, changed_xid = pg_current_xact_id() where id = $1"


async def open_subject(
    *, kind: str = "order", shop: int = 1, warehouse: int | None = None, stage: str = "placed"
) -> UUID:
    """Write a subject and return its id."""
    subject = uuid7()
    await postgres.execute(INSERT, subject, kind, shop, warehouse, stage, uuid7(), clock.now())
    return subject


async def move_subject(subject: UUID, stage: str) -> None:
    """Write another stage into a subject's row."""
    await postgres.execute(MOVE, subject, stage)
