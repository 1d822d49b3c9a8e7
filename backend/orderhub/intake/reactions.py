"""What intake does when something befalls an order, within the same transaction."""

from collections.abc import Sequence
from functools import partial

from orderhub.intake import receiving
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.flows import reacts
from orderhub.kernel.moves import Move, Moving, carry_out
from orderhub.kernel.work import Work

_WAITED_FOR = "select distinct docket_id from messages where docket_id = any($1::uuid[]) and state = 'waiting' order by 1"
_CLOSED = "select id from dockets where id = any($1::uuid[]) and 'closed' = any(statuses) order by id"


@reacts("shipment", to="collected")
async def follow_what_was_said_of_a_waybill(work: Work, movings: Sequence[Moving]) -> None:
    """What carriers said of a waybill before anybody here named it is followed once that is committed."""
    named = [m.subject.root_id for m in movings if any(change.field == "waybill" for change in m.changes)]
    if not named or work.actor.kind not in ("person", "token"):
        return
    waited_for = [row["docket_id"] for row in await work.tx.fetch(_WAITED_FOR, named)]
    if waited_for:
        work.tx.after_commit(partial(receiving.reconsider, waited_for))


@reacts("order", to="signed")
@reacts("order", to="returned")
@reacts("order", to="lost")
async def close_what_the_channel_closed(work: Work, movings: Sequence[Moving]) -> None:
    """An order that its channel has closed is over as soon as its parcels are, whoever says so of them."""
    closed = await work.tx.fetch(_CLOSED, [moving.subject.id for moving in movings])
    wishes = [Move(subject=row["id"], transition="close", why="closed by the channel") for row in closed]
    await carry_out(work, wishes, actor=SYSTEM)
