"""What the workers owe is told with its age, and so is what failed."""

from datetime import timedelta

import pytest

from orderhub.kernel.outbox import DeliveryFailed
from orderhub.observability.meters import Labels
from orderhub.worker import arrears, leasing
from orderhub.worker.turns import Job, take_turn
from tests.kernel.crates import after, crates, send

pytestmark = pytest.mark.usefixtures("clean")


async def told() -> dict[str, dict[Labels, float]]:
    return {
        family.name: {labels: values[0] for labels, values in family.samples}
        for family in await arrears.told()
    }


async def fails() -> None:
    raise OSError("disk full")


async def test_a_job_that_fails_and_is_overdue_is_named() -> None:
    await take_turn(Job(name="hourly", every=timedelta(hours=1), work=fails))
    now = await told()
    assert now["orderhub_job_failed"] == {("hourly",): 1}
    assert now["orderhub_job_overdue_seconds"] == {("hourly",): 0}
    with after(120):
        assert (await told())["orderhub_job_overdue_seconds"]["hourly",] >= 50


async def test_a_letter_ages_until_it_is_sent_or_dead() -> None:
    first, second = await crates(2)
    for crate in (first, second):
        await send(crate, {}, destination="outside:1")
    with after(2):
        now = await told()
        assert now["orderhub_outbox_waiting"] == {(): 2}
        assert 119 <= now["orderhub_outbox_age_seconds"][()] < 600
        counted = dict(leasing.LETTERS.counts)
        sent, lost = await leasing.lease("outside:1", most=2)
        await leasing.settle_sent(sent)
        await leasing.settle_failed(lost, DeliveryFailed("gone", permanent=True))
        now = await told()
    assert (now["orderhub_outbox_waiting"], now["orderhub_outbox_dead"]) == ({(): 0}, {(): 1})
    for outcome in ("sent", "dead"):
        assert leasing.LETTERS.counts[(outcome,)] == counted.get((outcome,), 0) + 1
