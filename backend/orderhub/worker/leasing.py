"""Leasing letters: a worker takes the oldest unsent one of a (destination, subject), and settles it with its token.

Both are short transactions of their own; between them lies the call. A lease that ran out changes nothing when it is
settled, so two workers never disagree about a letter.
"""

import random
from datetime import timedelta
from uuid import uuid4

from orderhub.kernel import bus, clock, postgres
from orderhub.kernel.bus import Fact
from orderhub.kernel.outbox import Delivery, DeliveryFailed
from orderhub.observability.meters import Counter

LETTERS = Counter("orderhub_letters_total", "calls to the outside that were settled", "outcome")

LEASE = timedelta(seconds=60)
CALL_SECONDS = 30.0  # well below the lease, so that a slow call is settled while its lease still holds

# Standard Webhooks: how long after a failed try the next one comes. Ten tries, about three days.
_PAUSES = tuple(timedelta(seconds=s) for s in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400))
TRIES = len(_PAUSES) + 1
_JITTER = 0.2
_LOOKED_AT = 100

# The destinations that have a letter due, found by one index step each: a backlog at one costs the others nothing.
_WAITING = """
    with recursive alive (destination) as (
        select min(destination) from outbox where sent_at is null and dead_at is null
        union all
        select (select min(o.destination) from outbox o
                where o.sent_at is null and o.dead_at is null and o.destination > alive.destination)
        from alive where destination is not null
    )
    select destination from alive where exists (
        select from outbox o where o.destination = alive.destination and o.sent_at is null and o.dead_at is null
            and o.next_at <= $1)
"""
_LOCK = """
    select id from outbox where destination = $1 and sent_at is null and dead_at is null and next_at <= $2
    order by next_at, seq limit $3 for update skip locked
"""
# A letter behind another one waits until that one's time has come; behind a dead one, until somebody wakes it.
# A statement of its own: it has to see whether the one before was settled while we took the locks.
_LEASE = """
    with looked_at as (
        select o.id, o.id = f.id as is_first, f.next_at as first_at, f.dead_at is not null as is_dead,
            row_number() over (partition by o.id = f.id order by o.next_at, o.seq) as place
        from outbox o cross join lateral (
            select id, next_at, dead_at from outbox f where f.destination = o.destination
                and f.subject_id = o.subject_id and f.sent_at is null order by f.seq limit 1) as f
        where o.id = any($1::uuid[])
    )
    update outbox o set
        attempts = o.attempts + l.is_first::int,
        lease_token = case when l.is_first then $2::uuid end,
        lease_until = case when l.is_first then $4::timestamptz end,
        next_at = case when l.is_first then $4 when l.is_dead then $3::timestamptz + interval '1 hour'
            else greatest(l.first_at, $3 + interval '1 second') end
    from looked_at l where l.id = o.id and (not l.is_first or l.place <= $5)
    returning o.id, o.destination, o.subject_id, o.topic, o.body, o.created_at, o.attempts, o.lease_token as token,
        l.is_first
"""
_SENT = """
    with sent as (
        update outbox set sent_at = $3, lease_token = null, lease_until = null, error = null
        where id = $1 and lease_token = $2 and sent_at is null returning destination, subject_id, seq
    ),
    next as (
        update outbox set next_at = $3 where dead_at is null and seq = (
            select min(o.seq) from outbox o join sent using (destination, subject_id)
            where o.sent_at is null and o.seq > sent.seq)
    )
    select count(*) = 1 from sent
"""
_FAILED = """
    update outbox set next_at = coalesce($3, next_at), dead_at = $4, error = $5, lease_token = null,
        lease_until = null
    where id = $1 and lease_token = $2 and sent_at is null returning true
"""
_PLACE = "select shop_id as shop, warehouse_id as warehouse from subjects where id = $1"


async def waiting() -> list[str]:
    """Return the destinations that have a letter whose time has come."""
    return [row["destination"] for row in await postgres.fetch(_WAITING, clock.now())]


async def lease(destination: str, *, most: int) -> list[Delivery]:
    """Take up to ``most`` letters for a destination, each the oldest unsent one of its subject."""
    while True:
        now, token = clock.now(), uuid4()
        async with postgres.transaction() as tx:
            locked = [row["id"] for row in await tx.fetch(_LOCK, destination, now, max(most, _LOOKED_AT))]
            rows = await tx.fetch(_LEASE, locked, token, now, now + LEASE, most) if locked else []
        taken = [_delivery(row) for row in rows if row["is_first"]]
        if taken or len(locked) < _LOOKED_AT:
            return taken


async def settle_sent(delivery: Delivery) -> bool:
    """Note that a letter arrived, and wake the next one of its subject; False if the lease was lost."""
    settled: bool = await postgres.fetchval(_SENT, delivery.id, delivery.token, clock.now())
    if settled:
        LETTERS.add("sent")
    return settled


async def settle_failed(delivery: Delivery, failure: DeliveryFailed) -> bool:
    """Note that a letter did not arrive: it is tried again later, or is dead. False if the lease was lost."""
    now = clock.now()
    dead = failure.permanent or delivery.attempts >= TRIES
    next_at = None if dead else now + _pause(delivery.attempts, failure.wait_seconds)
    token, error = delivery.token, str(failure)[:2000]
    settled = bool(
        await postgres.fetchval(_FAILED, delivery.id, token, next_at, now if dead else None, error)
    )
    if settled:
        LETTERS.add("dead" if dead else "failed")
    if settled and dead:
        await _publish_death(delivery)
    return settled


async def _publish_death(delivery: Delivery) -> None:
    place = await postgres.fetchrow(_PLACE, delivery.subject_id)
    if place is not None:
        dead = Fact(kind="letter", subject=delivery.id, root=delivery.id, stage="dead", **dict(place))
        bus.publish([dead])


def _pause(attempts: int, wait_seconds: int) -> timedelta:
    pause = max(_PAUSES[attempts - 1], timedelta(seconds=wait_seconds))
    return pause * (1 + random.uniform(0, _JITTER))


def _delivery(row: postgres.Record) -> Delivery:
    return Delivery(**{name: row[name] for name in Delivery.__struct_fields__})
