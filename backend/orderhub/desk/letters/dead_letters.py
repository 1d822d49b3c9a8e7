"""Dead letters: those that could not be delivered, shown to people, who may have them tried again.

A dead letter holds back the later ones of its subject at that destination, and nothing else.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from orderhub.kernel import bus, clock, ledger, postgres
from orderhub.kernel.actors import Actor, may, visible
from orderhub.kernel.bus import Fact
from orderhub.kernel.errors import NotAllowed, NotFound
from orderhub.kernel.ledger import Change
from orderhub.kernel.postgres import Record, Transaction
from orderhub.kernel.views import Scope
from orderhub.rendering import cursors
from orderhub.rendering.catalogue import Said

REPLAYERS = ("operations", "manager", "admin")
PAGE = 20
# How a delivery may have failed: what stands before the colon of its error (`DeliveryFailed`).
WHY = frozenset({
    "answered", "fault", "no_address", "no_answer", "no_end", "nobody_delivers", "not_https", "private_network",
    "shop_ended", "unknown_host", "unreachable",
})  # fmt: skip

_REACHED = """
    o.dead_at is not null and ($1::int[] is null or s.shop_id = any($1))
        and ($2::int[] is null or s.warehouse_id is null or s.warehouse_id = any($2))
"""
_COUNT = f"select count(*) from outbox o join subjects s on s.id = o.subject_id where {_REACHED}"
_PAGE = f"""
    select o.id, o.subject_id, h.name as shop, r.number as order_number, o.topic, o.created_at, o.attempts, o.dead_at,
        o.error, (select count(*) from outbox b where b.destination = o.destination and b.subject_id = o.subject_id
            and b.sent_at is null and b.seq > o.seq) as behind
    from outbox o join subjects s on s.id = o.subject_id left join shops h on h.id = s.shop_id
        left join orders r on r.id = s.root_id
    where {_REACHED} and ($3::timestamptz is null or (o.dead_at, o.id) > ($3, $4::uuid))
    order by o.dead_at, o.id limit $5
"""
_LOCK = """
    select o.id, o.dead_at, s.shop_id, s.warehouse_id
    from outbox o left join subjects s on s.id = o.subject_id
    where o.id = any($1::uuid[]) order by o.id for update of o
"""
_REPLAY = """
    update outbox set dead_at = null, attempts = 0, next_at = $2, error = null
    where id = any($1::uuid[]) and dead_at is not null
"""


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter nobody tries to deliver any more, and why; ``behind``: how many later ones it holds back."""

    id: UUID
    subject_id: UUID
    shop: str | None
    order_number: str | None
    topic: str
    created_at: datetime
    attempts: int
    dead_at: datetime
    error: str | None
    behind: int

    @property
    def why(self) -> Said:
        """Return the reason as the catalogue says it; one that it does not know is shown as it is."""
        code, _, got = (self.error or "").partition(": ")
        if code in WHY:
            return Said(f"dead_letters.why.{code}", {"got": got})
        return Said("dead_letters.why.fault", {"got": self.error or "—"})


class DeadLetters(msgspec.Struct, frozen=True):
    """A page of them; ``after`` is the cursor of the next."""

    rows: Sequence[DeadLetter]
    count: int
    after: str | None


async def dead_letters(tx: Transaction, scope: Scope, *, after: str | None = None) -> DeadLetters:
    """Return the dead letters within reach, the longest dead first, and how many there are in all."""
    found = await tx.fetch(_PAGE, *scope.reach, *(cursors.read(after) or (None, None)), PAGE + 1)
    rows = [DeadLetter(**dict(row)) for row in found[:PAGE]]
    last = cursors.write(rows[-1].dead_at, rows[-1].id) if len(found) > PAGE else None
    return DeadLetters(rows, await tx.fetchval(_COUNT, *scope.reach), last)


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
            bus.publish_after(tx, [_woken(row) for row in dead])
    return len(dead)


def _woken(row: Record) -> Fact:
    return Fact(
        kind="letter",
        subject=row["id"],
        root=row["id"],
        stage="waiting",
        shop=row["shop_id"],
        warehouse=row["warehouse_id"],
    )
