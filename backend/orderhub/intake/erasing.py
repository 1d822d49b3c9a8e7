"""Erasing: what messages told of a person goes, and nothing that they tell later brings the person back.

The docket keeps lines, amounts, money, statuses and parcels, without which later messages would undo them. The bodies
of the messages can never be opened again, because their keys are gone; so can those of later messages, whose keys are
thrown away at once or, where a message waits for a person, as soon as it waits no more.
"""

from collections.abc import Sequence
from uuid import UUID

from orderhub.intake import dockets
from orderhub.kernel import ledger, postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.ledger import Change
from orderhub.kernel.postgres import Transaction
from orderhub.kernel.retrying import retried
from orderhub.kernel.work import Work
from orderhub.proof.erasure import erases, locks_first

_KEYS = """
    delete from personal_keys where owner_id = any($1::uuid[]) or owner_id in (
        select m.owner_id from messages m
        join unnest($2::int[], $3::text[]) as x(shop_id, order_number) using (shop_id, order_number))
"""


@locks_first
async def lock_dockets(tx: Transaction, root_ids: Sequence[UUID]) -> None:
    """Messages lock their docket first, and then the order."""
    await dockets.lock(tx, root_ids)


@erases
async def forget_messages(work: Work, root_ids: Sequence[UUID]) -> dict[UUID, list[Change]]:
    """Forget what dockets know of persons, and destroy the keys of everything these orders were told."""
    await _forget(work.tx, root_ids)
    return {}


async def erase_unfounded(docket_ids: Sequence[UUID], *, actor: Actor, why: str) -> int:
    """Erase the persons behind messages whose orders never came; returns how many such orders were found."""

    async def attempt() -> int:
        async with postgres.transaction() as tx:
            await dockets.lock(tx, docket_ids)
            found = await _forget(tx, docket_ids)
            evidence = {"dockets": [str(one) for one in docket_ids]}
            await ledger.record(tx, stream="access", action="erased", actor=actor, why=why, evidence=evidence)
            return found

    return await retried(attempt)


async def _forget(tx: Transaction, ids: Sequence[UUID]) -> int:
    names = await dockets.forget(tx, ids)
    await tx.execute(_KEYS, list(ids), [shop for shop, _ in names], [number for _, number in names])
    return len(names)
