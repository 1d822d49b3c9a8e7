"""Waking: letters whose time was set by a clock that has been put right since are due now.

A letter nobody tried yet is due when it is written, a leased one within its lease. One whose time lies further ahead was
written or leased while the clock of some machine was hours fast, and all that is to be told of its subject waits behind it.
"""

from orderhub.kernel import clock, postgres
from orderhub.worker.leasing import LEASE

_WAKE = """
    update outbox o set next_at = $1, lease_token = null, lease_until = null
    where sent_at is null and dead_at is null and next_at > $2 and (lease_until > $2 or attempts = 0)
        and not exists (select from outbox f where f.destination = o.destination and f.subject_id = o.subject_id
            and f.sent_at is null and f.seq < o.seq)
"""


async def wake() -> int:
    """Let letters leave that nothing but a wrong clock holds back; returns how many."""
    now = clock.now()
    tag = await postgres.execute(_WAKE, now, now + 2 * LEASE)
    return int(tag.split()[-1])
