"""Dead letters: those that could not be delivered, shown to people, who may have them tried again.

A dead letter holds back the later ones of its subject at that destination, and nothing else.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from orderhub.kernel import clock, ledger, postgres
from orderhub.kernel.actors import Actor, may, visible
from orderhub.kernel.errors import NotAllowed, NotFound
from orderhub.kernel.ledger import Change
from orderhub.kernel.postgres import Transaction

REPLAYERS = ("operations", "manager", "admin")

_DEAD = """
    select o.id, o.destination, o.subject_id, o.topic, o.created_at, o.attempts, o.dead_at, o.error, s.shop_id
    from outbox o join subjects s on s.id = o.subject_id
    where o.dead_at is not null and ($1::int[] is null or s.shop_id = any($1)) order by o.dead_at, o.id limit $2
"""
_LOCK = """
    select o.id, o.destination, o.dead_at, s.shop_id, s.warehouse_id
    from outbox o left join subjects s on s.id = o.subject_id
    where o.id = any($1::uuid[]) order by o.id for update of o
"""
_REPLAY = """
    update outbox set dead_at = null, attempts = 0, next_at = $2, error = null
    where id = any($1::uuid[]) and dead_at is not null
"""


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter nobody tries to deliver any more, and why."""

    id: UUID
    destination: str
    subject_id: UUID
    shop_id: int
    topic: str
    created_at: datetime
    attempts: int
    dead_at: datetime
    error: str | None


async def dead_letters(
    tx: Transaction, shops: Collection[int] | None, *, limit: int = 100
) -> list[DeadLetter]:
    """Return the dead letters of these shops (None: all), the longest dead first."""
    scope = None if shops is None else sorted(shops)
    return [DeadLetter(**dict(row)) for row in await tx.fetch(_DEAD, scope, limit)]


async def replay(letters: Sequence[UUID], *, actor: Actor, why: str | None = None) -> int:
    """Have dead letters tried again, from the first try on; returns how many were dead. All or none of a batch."""
    if may(actor, REPLAYERS) is None:
        raise NotAllowed(needed=list(REPLAYERS), got=sorted(actor.roles))
    async with postgres.transaction() as tx:
        rows = await tx.fetch(_LOCK, list(letters))
        seen = {row["id"] for row in rows if visible(actor, row["shop_id"], row["warehouse_id"])}
        if missing := [str(letter) for letter in letters if letter not in seen]:
            raise NotFound(letters=missing)
        dead = [row for row in rows if row["dead_at"] is not None]
        if dead:
            await tx.execute(_REPLAY, list(letters), clock.now())
            changes = [Change(f"letter.{row['id']}.dead_at", row["dead_at"], None) for row in dead]
            await ledger.record(
                tx, stream="outbox", action="letters.replayed", actor=actor, changes=changes, why=why
            )
    return len(dead)
