"""Arrears: what the workers have still to do, and since when, as it stands in the database. Asked when somebody wants to know."""

import asyncio
import logging
from collections.abc import Sequence

import asyncpg

from orderhub.kernel import clock, postgres
from orderhub.kernel.counts import COUNTED
from orderhub.kernel.errors import Refusal
from orderhub.kernel.postgres import Transaction
from orderhub.observability.meters import Family, Labels

logger = logging.getLogger(__name__)

_PATIENCE_SECONDS = 2.0

_SWEEP = """
    select due_at from visits where left_at is null and late_at is null and due_at is not null order by due_at limit 1
"""
_LETTERS = (
    "select count(*) as n, min(created_at) as oldest from outbox where sent_at is null and dead_at is null"
)
_DEAD = "select count(*) from outbox where dead_at is not null"
_JOBS = """
    select name, error is not null as failed,
        case when coalesce(lease_until, '-infinity') < $1 then $1 - next_at else interval '0' end as overdue
    from recurring_jobs order by name
"""
_STANDING = f"""
    select kind, stage, measure, sum(n)::bigint as n from {COUNTED}
    where measure in ('open', 'late') group by 1, 2, 3 order by 1, 2, 3
"""


async def told() -> Sequence[Family]:
    """Return it for /metrics; nothing while the database is away."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS), postgres.transaction(snapshot=True) as tx:
            return [*await _due(tx), *await _letters(tx), *await _jobs(tx), *await _standing(tx)]
    except (
        TimeoutError,
        OSError,
        Refusal,
        RuntimeError,
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
    ) as error:
        logger.warning("/metrics cannot tell what waits in the database: %s", type(error).__name__)
        return []


async def _due(tx: Transaction) -> Sequence[Family]:
    due_at = await tx.fetchval(_SWEEP)
    lag = max(0.0, (clock.now() - due_at).total_seconds()) if due_at else 0.0
    return [
        _one("orderhub_sweep_lag_seconds", "for how long the oldest due visit has not been marked late", lag)
    ]


async def _letters(tx: Transaction) -> Sequence[Family]:
    waiting = await tx.fetchrow(_LETTERS)
    assert waiting is not None
    age = (clock.now() - waiting["oldest"]).total_seconds() if waiting["oldest"] else 0.0
    return [
        _one("orderhub_outbox_waiting", "letters not delivered yet", waiting["n"]),
        _one("orderhub_outbox_age_seconds", "how long ago the oldest of them was written", max(0.0, age)),
        _one(
            "orderhub_outbox_dead", "letters that nobody tries to deliver any more", await tx.fetchval(_DEAD)
        ),
    ]


async def _jobs(tx: Transaction) -> Sequence[Family]:
    rows = await tx.fetch(_JOBS, clock.now())
    overdue = [((row["name"],), (max(0.0, row["overdue"].total_seconds()),)) for row in rows]
    failed = [((row["name"],), (float(row["failed"]),)) for row in rows]
    return [
        Family(
            "orderhub_job_overdue_seconds", "gauge", "for how long its turn has been due", ("name",), overdue
        ),
        Family("orderhub_job_failed", "gauge", "1: its last turn failed", ("name",), failed),
    ]


async def _standing(tx: Transaction) -> Sequence[Family]:
    counted: dict[str, list[tuple[Labels, Sequence[float]]]] = {"open": [], "late": []}
    for row in await tx.fetch(_STANDING):
        counted[row["measure"]].append(((row["kind"], row["stage"]), (float(row["n"]),)))
    labels = ("kind", "stage")
    return [
        Family("orderhub_subjects_open", "gauge", "subjects that stand in a stage", labels, counted["open"]),
        Family("orderhub_subjects_late", "gauge", "those of them that are late", labels, counted["late"]),
    ]


def _one(name: str, means: str, value: float) -> Family:
    return Family(name, "gauge", means, (), [((), (float(value),))])
