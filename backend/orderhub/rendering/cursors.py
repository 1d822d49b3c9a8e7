"""Cursors: where the next page of a list begins, behind a moment and an id, written as its address holds them."""

from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from orderhub.kernel.errors import BadInput

Cursor: TypeAlias = tuple[datetime, UUID]


def write(at: datetime, one_id: UUID) -> str:
    """Return the cursor of what comes behind this row."""
    return f"{at.isoformat()}~{one_id}"


def read(after: str | None) -> Cursor | None:
    """Return what a cursor says, None for the first page; refuses what is none of ours."""
    if not after:
        return None
    moment, _, one_id = after.partition("~")
    try:
        at, one = datetime.fromisoformat(moment), UUID(one_id)
    except ValueError:
        at, one = None, None
    if at is None or one is None or at.tzinfo is None:
        raise BadInput(field="after", expected="a cursor from this list", got=after[:60])
    return at, one
