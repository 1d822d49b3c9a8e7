"""Quarantine: a message that could not be applied has a life of its own until a person, or a later message, ends it."""

from collections.abc import Sequence

from orderhub.intake import messages
from orderhub.intake.refusals import NotApplied
from orderhub.kernel.flows import Flow, Stage, Transition, register
from orderhub.kernel.moves import Moving
from orderhub.kernel.work import Work

_DESK = ("operations", "manager")


async def is_applied(work: Work, movings: Sequence[Moving]) -> None:
    """Refuse to call a message applied that was not: replaying it is what applies it."""
    rows = await work.tx.fetch(
        "select id from messages where id = any($1::uuid[]) and state in ('applied', 'unchanged')",
        [moving.subject.id for moving in movings],
    )
    applied = {row["id"] for row in rows}
    for moving in movings:
        if moving.subject.id not in applied:
            moving.refuse(NotApplied())


async def dismiss(work: Work, movings: Sequence[Moving]) -> None:
    """Mark messages as dismissed: they stay where they are, and nobody is asked about them again."""
    ids = [moving.subject.id for moving in movings]
    await work.tx.execute("update messages set state = 'dismissed' where id = any($1::uuid[])", ids)
    await messages.forget_ended(work.tx, ids)


FLOW = register(
    Flow(
        kind="message",
        stages=(
            Stage(name="waiting", tone="warn", icon="alert", role="operations", limit_minutes=60),
            Stage(name="replayed", tone="cust", icon="check", final=True),
            Stage(name="dismissed", tone="shop", icon="x", final=True),
        ),
        transitions=(
            Transition(
                name="replay",
                sources=("waiting",),
                target="replayed",
                roles=(*_DESK, "system"),
                icon="sync",
                guards=(is_applied,),
            ),
            # What it tells was applied, and something said since stands against that now.
            Transition(name="hold", sources=("replayed",), target="waiting", roles=("system",), icon="alert"),
            Transition(
                name="dismiss",
                sources=("waiting",),
                target="dismissed",
                roles=_DESK,
                icon="x",
                asks=("reason",),
                effects=(dismiss,),
            ),
        ),
    )
)
