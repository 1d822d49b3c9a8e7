"""A kind of subject for tests of the kernel: crates that are packed within 30 minutes, and then shipped."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID

from orderhub.kernel import clock, flows, postgres
from orderhub.kernel.actors import SYSTEM, Actor
from orderhub.kernel.flows import Flow, Stage, Transition
from orderhub.kernel.ids import uuid7
from orderhub.kernel.moves import Move, Verdict, move
from orderhub.kernel.work import Work

PACKER = Actor(kind="person", id="person:7", name="Liu", roles=frozenset({"warehouse"}))
ANOTHER_PACKER = Actor(kind="person", id="person:8", name="Chen", roles=frozenset({"warehouse"}))
MANAGER = Actor(kind="person", id="person:1", name="Wang", roles=frozenset({"manager"}))

flows.register(
    Flow(
        kind="crate",
        stages=(
            Stage(name="waiting", tone="ware", icon="box", role="warehouse", limit_minutes=30),
            Stage(name="packed", tone="ship", icon="box", role="warehouse"),
            Stage(name="shipped", tone="cust", icon="truck", final=True),
        ),
        transitions=(
            Transition(name="pack", sources=("waiting",), target="packed", roles=("warehouse",)),
            Transition(name="ship", sources=("packed",), target="shipped", roles=("warehouse",)),
        ),
    )
)


async def crates(number: int = 1, *, shop_id: int = 1, warehouse_id: int | None = 1) -> list[UUID]:
    """Begin the lives of some crates, now."""
    ids = [uuid7() for _ in range(number)]
    async with postgres.transaction() as tx:
        work = Work(tx, SYSTEM)
        for crate in ids:
            work.open("crate", crate, shop_id=shop_id, warehouse_id=warehouse_id)
        await work.flush()
    return ids


async def pack(ids: Sequence[UUID], *, actor: Actor = PACKER) -> list[Verdict]:
    return await move([Move(subject=crate, transition="pack") for crate in ids], actor=actor)


async def send(crate: UUID, *bodies: dict[str, Any], destination: str = "test:door") -> None:
    """Put letters about a crate into the outbox, in one transaction."""
    async with postgres.transaction() as tx:
        work = await Work.begin(tx, SYSTEM, [crate])
        for body in bodies:
            work.send(work.subject(crate), destination=destination, topic="crate.told", body=body)
        work.touch(work.subject(crate))
        await work.flush()


async def visit_of(crate: UUID) -> UUID:
    visit: UUID = await postgres.fetchval("select visit_id from subjects where id = $1", crate)
    return visit


async def late_since(crate: UUID) -> object:
    return await postgres.fetchval(
        "select late_at from visits where subject_id = $1 order by entered_at desc limit 1", crate
    )


def after(minutes: float) -> AbstractContextManager[None]:
    """Stop the clock this many minutes from now."""
    return clock.frozen(clock.now() + timedelta(minutes=minutes))
