"""The life of an order: placed, paid, then wherever its least advanced shipment stands, then closed or cancelled."""

from collections.abc import Sequence

from orderhub.kernel.flows import Flow, Stage, Transition, register
from orderhub.kernel.moves import Moving
from orderhub.kernel.work import Work
from orderhub.orders import tracking
from orderhub.orders.refusals import AlreadyCollected, NotPaidInFull

_HOUR = 60
_DAY = 24 * _HOUR
_DESK = ("service", "operations", "manager")
_OUTSIDE = ("channel", "system")


async def paid_in_full(work: Work, movings: Sequence[Moving]) -> None:
    """Refuse to call an order paid before the money rows cover its total."""
    rows = await work.tx.fetch(
        "select id, total_minor, paid_minor from orders where id = any($1::uuid[])",
        [m.subject.id for m in movings],
    )
    owed = {row["id"]: row for row in rows}
    for moving in movings:
        row = owed[moving.subject.id]
        if row["paid_minor"] < row["total_minor"]:
            moving.refuse(NotPaidInFull(total_minor=row["total_minor"], paid_minor=row["paid_minor"]))


async def nothing_collected(work: Work, movings: Sequence[Moving]) -> None:
    """Refuse to cancel an order of which a parcel has left the house."""
    gone = FLOW.rank("collected")
    for moving in movings:
        children = work.children(moving.subject.id)
        if any(child.stage != "cancelled" and FLOW.rank(child.stage) >= gone for child in children):
            moving.refuse(AlreadyCollected())


FLOW = register(
    Flow(
        kind="order",
        rolls_up="shipment",
        rolls_up_from="paid",
        tracked=tracking.tracked,
        audits=tracking.AUDITS,
        stages=(
            Stage(name="placed", tone="cust", icon="clock"),
            Stage(name="paid", tone="shop", icon="wallet", role="operations", limit_minutes=30),
            Stage(name="allocated", tone="shop", icon="house", rolled_up=True),
            Stage(name="picking", tone="ware", icon="scan", rolled_up=True),
            Stage(name="packed", tone="ware", icon="box", rolled_up=True),
            Stage(name="collected", tone="ship", icon="hand", rolled_up=True),
            Stage(name="in_transit", tone="ship", icon="truck", rolled_up=True),
            Stage(name="out_for_delivery", tone="ship", icon="pin", rolled_up=True),
            Stage(name="lost", tone="bad", icon="stop", rolled_up=True),
            Stage(name="signed", tone="cust", icon="check", rolled_up=True),
            Stage(name="returned", tone="serv", icon="undo", rolled_up=True),
            Stage(name="closed", tone="cust", icon="lock", final=True),
            Stage(name="cancelled", tone="shop", icon="x", final=True),
        ),
        transitions=(
            Transition(
                name="pay",
                sources=("placed",),
                target="paid",
                roles=_OUTSIDE,
                icon="wallet",
                guards=(paid_in_full,),
            ),
            Transition(
                name="cancel",
                sources=("placed", "paid", "allocated", "picking", "packed"),
                target="cancelled",
                roles=(*_DESK, *_OUTSIDE),
                icon="x",
                asks=("reason",),
                guards=(nothing_collected,),
                with_children=True,
            ),
            Transition(
                name="close",
                sources=("signed", "returned", "lost"),
                target="closed",
                roles=(*_DESK, *_OUTSIDE),
                icon="lock",
            ),
            Transition(name="confirm", sources=("signed",), target="closed", roles=("buyer",), icon="check"),
        ),
    )
)
