"""Erasure: what names a buyer goes, and the ledger still proves what was done.

Entries hold only digests of personal values; the values lie apart with their salts and are deleted here, together
with the keys under which everything else about the person is sealed. Domains clear their own columns.
"""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from orderhub.kernel import postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.ledger import Change
from orderhub.kernel.moves import finish
from orderhub.kernel.postgres import Transaction
from orderhub.kernel.retrying import retried
from orderhub.kernel.work import Work

Lock = Callable[[Transaction, Sequence[UUID]], Awaitable[None]]
Eraser = Callable[[Work, Sequence[UUID]], Awaitable[dict[UUID, list[Change]]]]

_locks: list[Lock] = []
_erasers: list[Eraser] = []


def locks_first(lock: Lock) -> Lock:
    """Register what a domain locks before it locks subjects, so that an erasure keeps to the same order."""
    _locks.append(lock)
    return lock


def erases(eraser: Eraser) -> Eraser:
    """Register how a domain clears what it holds of a person; it returns what changed, by subject."""
    _erasers.append(eraser)
    return eraser


async def erase(root_ids: Sequence[UUID], *, actor: Actor, why: str) -> int:
    """Erase the persons behind these orders; returns how many orders were found. It cannot be undone."""
    return await retried(lambda: _erase(root_ids, actor=actor, why=why))


async def _erase(root_ids: Sequence[UUID], *, actor: Actor, why: str) -> int:
    async with postgres.transaction() as tx:
        for lock in _locks:
            await lock(tx, root_ids)
        work = await Work.begin(tx, actor, root_ids)
        changes: dict[UUID, list[Change]] = {root_id: [] for root_id in work.subjects}
        for eraser in _erasers:
            for subject_id, told in (await eraser(work, list(work.subjects))).items():
                changes[subject_id] += told
        for subject in list(work.subjects.values()):
            work.record(subject, "erased", changes[subject.id], why=why)
        await tx.execute("delete from personal_values where root_id = any($1::uuid[])", list(work.subjects))
        await tx.execute("delete from personal_keys where owner_id = any($1::uuid[])", list(work.subjects))
        await finish(work)
        return len(work.subjects)
