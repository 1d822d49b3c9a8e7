"""Receipts: the buyer says that a parcel has arrived, and, once all have, that the order is done."""

from uuid import UUID

from orderhub.journey.refusals import NotReceivable
from orderhub.kernel import postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.flows import flow
from orderhub.kernel.moves import Move, Verdict, move

_MOVES = {"shipment": "receive", "order": "confirm"}
_OF_VISIT = "select subject_id, kind from visits where id = $1 and root_id = $2"


async def receive(order_id: UUID, visit: UUID, *, actor: Actor) -> Verdict:
    """Sign for the parcel of this visit, or confirm the order of it; the same press twice is one."""
    row = await postgres.fetchrow(_OF_VISIT, visit, order_id)
    if row is None or row["kind"] not in _MOVES:
        raise NotReceivable
    wish = Move(
        subject=row["subject_id"], transition=_MOVES[row["kind"]], visit=visit, key=f"receipt:{visit}"
    )
    (verdict,) = await move([wish], actor=actor)
    return verdict


def may_receive(kind: str, stage: str) -> bool:
    """Tell whether a buyer may say of a parcel (or an order) in this stage that it is there."""
    return flow(kind).transition(_MOVES[kind], source=stage) is not None
