"""What delivery does when something befalls an order, within the same transaction."""

from collections.abc import Sequence

from orderhub.delivery import allocation, relining
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.flows import reacts
from orderhub.kernel.moves import Move, Moving, carry_out
from orderhub.kernel.work import Work


@reacts("order", to="paid")
async def allocate_paid_orders(work: Work, movings: Sequence[Moving]) -> None:
    """A paid order is allocated to the warehouse it was given to."""
    await allocation.allocate(work, [moving.subject for moving in movings])


@reacts("order", to="cancelled")
async def cancel_shipments(work: Work, movings: Sequence[Moving]) -> None:
    """Nothing of a cancelled order leaves the house."""
    shipments = [child for moving in movings for child in work.children(moving.subject.id)]
    standing = [shipment for shipment in shipments if shipment.stage != "cancelled"]
    wishes = [Move(subject=shipment.id, transition="cancel", why="order cancelled") for shipment in standing]
    await carry_out(work, wishes, actor=SYSTEM)


@reacts("order", to="revised")
async def reline_shipments(work: Work, movings: Sequence[Moving]) -> None:
    """What is still on the shelf is packed as the order says now."""
    await relining.reline(work, [moving.subject for moving in movings])
