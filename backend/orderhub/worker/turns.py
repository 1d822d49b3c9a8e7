"""Turns: a recurring job runs once for all workers, under a lease, and comes again when its time has passed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

import msgspec

from orderhub.kernel import clock, postgres

logger = logging.getLogger(__name__)

_AFTER_FAILURE = timedelta(minutes=1)
_TAKE = """
    insert into recurring_jobs (name, next_at, lease_until, lease_token) values ($1, $2, $3, $4)
    on conflict (name) do update set lease_until = $3, lease_token = $4
        where (recurring_jobs.next_at <= $2 or recurring_jobs.next_at > $5)
            and (coalesce(recurring_jobs.lease_until, '-infinity') <= $2 or recurring_jobs.lease_until > $5)
    returning true
"""
_SETTLE = """
    update recurring_jobs set next_at = $3, ran_at = $4, error = $5, lease_until = null, lease_token = null
    where name = $1 and lease_token = $2
"""

_OVERDUE = timedelta(minutes=3)
_ILL = """
    select name, error from recurring_jobs
    where error is not null or (next_at < $1 and coalesce(lease_until, '-infinity') < $1) order by name
"""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be done every so often. It is cut after ``within``, and must not mind being run twice."""

    name: str
    every: timedelta
    work: Callable[[], Awaitable[object]]
    within: timedelta = timedelta(minutes=10)


async def take_turn(job: Job) -> bool:
    """Run a job if its time has come and no other worker runs it; tells whether it ran."""
    token, began = uuid4(), clock.now()
    lease_until = began + job.within + _AFTER_FAILURE
    # Nobody whose clock is right sets a time as far ahead as this; whoever did has had it put right since.
    absurd = began + 2 * max(job.every, job.within + _AFTER_FAILURE)
    if not await postgres.fetchval(_TAKE, job.name, began, lease_until, token, absurd):
        return False
    error = await _run(job)
    ended = clock.now()
    next_at = ended + job.every if error is None else ended + min(job.every, _AFTER_FAILURE)
    await postgres.execute(_SETTLE, job.name, token, next_at, ended, error)
    return True


async def ill() -> str | None:
    """Say what is wrong with the work of all workers, in a few words for ``/readyz``; None if nothing is."""
    if not await postgres.fetchval("select exists (select from recurring_jobs)"):
        return "no worker has run yet"
    rows = await postgres.fetch(_ILL, clock.now() - _OVERDUE)
    return "; ".join(f"{row['name']} {'failed' if row['error'] else 'is overdue'}" for row in rows) or None


async def _run(job: Job) -> str | None:
    try:
        async with asyncio.timeout(job.within.total_seconds()):
            await job.work()
    except Exception as error:
        logger.exception("the job %s failed", job.name)
        return f"{type(error).__name__}: {error}"[:2000]
    return None
