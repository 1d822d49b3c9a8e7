"""A job of the schedule runs once for any number of workers, and again when its time has come."""

import asyncio
from datetime import timedelta

import pytest

from orderhub.kernel import postgres
from orderhub.worker import turns
from orderhub.worker.turns import Job, take_turn
from tests.kernel.crates import after

pytestmark = pytest.mark.usefixtures("clean")


class Work:
    """Something to do that counts how often it was done."""

    def __init__(self, *, error: Exception | None = None) -> None:
        self.done = 0
        self.error = error

    async def __call__(self) -> None:
        self.done += 1
        await asyncio.sleep(0)
        if self.error:
            raise self.error


def hourly(work: Work) -> Job:
    return Job(name="hourly", every=timedelta(hours=1), work=work)


async def test_of_sixteen_workers_one_runs_the_job() -> None:
    work = Work()
    ran = await asyncio.gather(*[take_turn(hourly(work)) for _ in range(16)])
    assert (work.done, sum(ran)) == (1, 1)


async def test_a_job_runs_again_when_its_time_has_passed_and_not_before() -> None:
    work = Work()
    await take_turn(hourly(work))
    with after(59):
        assert not await take_turn(hourly(work))
    with after(61):
        assert await take_turn(hourly(work))
    assert work.done == 2


async def test_a_failed_job_comes_again_within_a_minute_and_readyz_hears_of_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    failing = hourly(Work(error=OSError("disk full")))
    assert await take_turn(failing)
    assert await turns.ill() == "hourly failed"
    with after(1.1):
        assert await take_turn(hourly(Work()))
        assert await turns.ill() is None
    assert "disk full" in caplog.text


async def test_a_job_that_takes_too_long_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    async def endless() -> None:
        await asyncio.Event().wait()

    job = Job(name="endless", every=timedelta(hours=1), work=endless, within=timedelta(milliseconds=20))
    assert await take_turn(job)
    assert await turns.ill() == "endless failed"


async def test_the_job_of_a_worker_that_died_is_taken_over_when_its_lease_has_run_out() -> None:
    work = Work()
    await postgres.execute(
        """insert into recurring_jobs (name, next_at, lease_until, lease_token)
           values ('hourly', now(), now() + interval '11 minutes', gen_random_uuid())"""
    )
    assert not await take_turn(hourly(work))
    with after(12):
        assert await take_turn(hourly(work))


async def test_a_hub_without_a_worker_is_ill() -> None:
    assert await turns.ill() == "no worker has run yet"
    await take_turn(Job(name="minutely", every=timedelta(minutes=1), work=Work()))
    assert await turns.ill() is None
    with after(5):
        assert await turns.ill() == "minutely is overdue"
