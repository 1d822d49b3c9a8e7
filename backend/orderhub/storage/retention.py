"""What is no longer needed is let go, in batches so small that nobody waits for one; and months are opened ahead.

Write keys live 90 days, sent letters 30, counts by half hours 7. The ledger and raw messages are partitioned by month: the next months are
opened here, and a month is given up only by hand.
"""

from datetime import date, datetime, timedelta

import asyncpg

from orderhub.kernel import clock, counts, postgres

KEYS_KEPT = timedelta(days=90)
LETTERS_KEPT = timedelta(days=30)
HALF_HOURS_KEPT = timedelta(days=7)
MONTHS_AHEAD = 3

_BATCH = 1_000
_FORGET_KEYS = """
    delete from write_keys where ctid = any(array(
        select ctid from write_keys where at < $1 order by at limit $2 for update skip locked))
"""
_FORGET_LETTERS = """
    delete from outbox where ctid = any(array(
        select ctid from outbox where sent_at < $1 order by sent_at limit $2 for update skip locked))
"""
_FORGET_HALF_HOURS = """
    delete from stage_counts where ctid = any(array(
        select ctid from stage_counts where measure like '%:%' and split_part(measure, ':', 2) < $1
        limit $2 for update skip locked))
"""
_BY_MONTH = """
    select c.relname from pg_partitioned_table p join pg_class c on c.oid = p.partrelid
    where p.partstrat = 'r' and c.relnamespace = 'public'::regnamespace order by c.relname
"""


async def forget_keys() -> int:
    """Let go of write keys so old that no sender repeats them; returns how many."""
    return await _forget(_FORGET_KEYS, clock.now() - KEYS_KEPT)


async def forget_letters() -> int:
    """Let go of what was sent long ago; what is unsent or dead stays. Returns how many."""
    return await _forget(_FORGET_LETTERS, clock.now() - LETTERS_KEPT)


async def forget_half_hours() -> int:
    """Let go of what was counted by half hours of days that no board shows any more; returns how many."""
    return await _forget(_FORGET_HALF_HOURS, counts.bucket(clock.now() - HALF_HOURS_KEPT))


async def open_months() -> int:
    """Open the partitions of this month and the next ones for every table kept by month; returns how many exist."""
    parents = [row["relname"] for row in await postgres.fetch(_BY_MONTH)]
    months = [(parent, month) for parent in parents for month in _months(clock.now().date())]
    return sum([await _open(parent, month) for parent, month in months])


async def _open(parent: str, month: date) -> bool:
    try:
        async with postgres.transaction() as tx:
            # Waiting for the lock would make every writer wait behind us; the job comes again.
            await tx.execute("set local lock_timeout = '1s'")
            await tx.execute("select open_month($1, $2)", parent, month)
    except asyncpg.CheckViolationError:
        # Somebody wrote in it before it was opened (no worker ran, or a clock was wrong): it stays in the default partition.
        return False
    return True


async def _forget(statement: str, before: datetime | str) -> int:
    forgotten = 0
    while True:
        tag = await postgres.execute(statement, before, _BATCH)
        gone = int(tag.split()[-1])
        forgotten += gone
        if gone < _BATCH:
            return forgotten


def _months(today: date) -> list[date]:
    months = [today.replace(day=1)]
    while len(months) <= MONTHS_AHEAD:
        months.append((months[-1] + timedelta(days=31)).replace(day=1))
    return months
