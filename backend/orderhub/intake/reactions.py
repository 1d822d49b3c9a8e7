"""What intake does when something befalls an order, within the same transaction."""

from collections.abc import Sequence

from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.flows import reacts
from orderhub.kernel.moves import Move, Moving, carry_out
from orderhub.kernel.work import Work

_CLOSED = "select id from dossiers where id = any($1::uuid[]) and 'closed' = any(statuses) order by id"


@reacts("order", to="signed")
@reacts("order", to="returned")
@reacts("order", to="lost")
async def close_what_the_channel_closed(work: Work, movings: Sequence[Moving]) -> None:
    """An order that its channel has closed is over as soon as its parcels are, whoever says so of them."""
    closed = await work.tx.fetch(_CLOSED, [moving.subject.id for moving in movings])
    wishes = [Move(subject=row["id"], transition="close", why="closed by the channel") for row in closed]
    await carry_out(work, wishes, actor=SYSTEM)
