"""Everything that recurs, on one screen: what every worker does all the time, and what one of them does now and then."""

from datetime import timedelta
from functools import partial
from pathlib import Path

from orderhub.accounts import sessions
from orderhub.catalog import importing
from orderhub.kernel import counts, due
from orderhub.proof import anchor
from orderhub.storage import retention
from orderhub.worker import waking
from orderhub.worker.turns import Job

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

# Done by every worker: they share the work out among themselves. (Letters too; see worker/courier.py.)
ALWAYS = (
    Job(name="due.sweep", every=SECOND, work=due.sweep),
    Job(name="counts.fold", every=SECOND, work=counts.fold),
)

# Done by one worker for all.
ONCE = (
    Job(name="counts.tidy", every=MINUTE, work=counts.tidy),
    Job(name="keys.forget", every=HOUR, work=retention.forget_keys),
    Job(name="letters.forget", every=HOUR, work=retention.forget_letters),
    Job(name="letters.wake", every=10 * MINUTE, work=waking.wake),
    Job(name="half_hours.forget", every=DAY, work=retention.forget_half_hours),
    Job(name="sessions.forget", every=DAY, work=sessions.forget_old),
    Job(name="imports.forget", every=DAY, work=importing.drop_old_contents),
    Job(name="months.open", every=12 * HOUR, work=retention.open_months),
)


def once(anchors: Path | None) -> tuple[Job, ...]:
    """Return the jobs that run once for all; with a folder for anchors, the daily anchor is one of them."""
    if anchors is None:
        return ONCE
    return (*ONCE, Job(name="anchor.take", every=DAY, work=partial(anchor.take, anchors), within=HOUR))
