"""Erasing: an order keeps its goods and its money, and forgets who it was for."""

from collections.abc import Sequence
from uuid import UUID

from orderhub.kernel.ledger import Change
from orderhub.kernel.work import Work
from orderhub.proof.erasure import erases

_FORGET = """
    with gone as (delete from receivers where order_id = any($1::uuid[])),
    corrected as (delete from order_corrections where order_id = any($1::uuid[]))
    update orders set remark = '' where id = any($1::uuid[]) returning id
"""


@erases
async def forget_receivers(work: Work, root_ids: Sequence[UUID]) -> dict[UUID, list[Change]]:
    """Delete receivers, what was corrected of them, and the remarks in which buyers leave their numbers."""
    rows = await work.tx.fetch(_FORGET, list(root_ids))
    return {row["id"]: [Change("remark", None, "")] for row in rows}
