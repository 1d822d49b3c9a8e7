"""Workers share out what nobody asked for: each letter leaves once, each late visit is marked once, whoever dies."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio

from orderhub.kernel import postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.moves import Move, move
from tests.faults.town import Channel, Town
from tests.intake.receiver import Receiver, receiving
from tests.worker.waiting import until

_OPEN = "select count(*) from outbox where sent_at is null"
_COUNTED = """
    select coalesce(sum(n), 0)::int from (
        select delta as n from stage_deltas where measure = 'late'
        union all select count from stage_counts where measure = 'late') as counted
"""


@pytest_asyncio.fixture(loop_scope="session")
async def theirs(channel: Channel) -> AsyncIterator[Receiver]:
    """The system of the shop, which is told of parcels."""
    async with receiving() as receiver:
        await postgres.execute(
            "update shops set callback_url = $2 where id = $1", channel.shop_id, receiver.address
        )
        yield receiver


async def parcels(channel: Channel, town: Town, name: str, count: int) -> list[UUID]:
    """Sell so many orders, and return their parcels."""
    for n in range(count):
        await channel.sell(town.one, f"{name}-{n}")
    rows = await postgres.fetch(
        """select s.id from shipments s join orders o on o.id = s.order_id
           where o.channel_number like $1 || '-%'""",
        name,
    )
    return [row["id"] for row in rows]


async def collect(ids: list[UUID]) -> None:
    """Hand the parcels to a carrier: one letter each."""
    wishes = [
        Move(subject=one, transition="collect", facts={"waybill": f"SF-{one.hex}", "carrier": "SF"})
        for one in ids
    ]
    assert [verdict.refused for verdict in await move(wishes, actor=SYSTEM)] == [None] * len(ids)


def arrivals(theirs: Receiver) -> Counter[str]:
    """How often each letter arrived."""
    return Counter(came.headers["webhook-id"] for came in theirs.came)


async def everything_is_sent() -> bool:
    return bool(await postgres.fetchval(_OPEN) == 0)


async def test_two_workers_mark_each_late_visit_once(town: Town, channel: Channel) -> None:
    ids = await parcels(channel, town, "late", 40)
    await postgres.execute(
        "update visits set due_at = now() - interval '1 minute' where subject_id = any($1) and left_at is null",
        ids,
    )
    marked = "select bool_and(late_at is not null) from visits where subject_id = any($1) and left_at is null"
    await until(lambda: postgres.fetchval(marked, ids))
    assert await postgres.fetchval(_COUNTED) == len(ids)
    await town.verify()


async def test_two_workers_send_each_letter_once(town: Town, channel: Channel, theirs: Receiver) -> None:
    ids = await parcels(channel, town, "letter", 40)
    await collect(ids)
    await until(everything_is_sent, seconds=30)
    assert sorted(arrivals(theirs).values()) == [1] * len(ids)
    await town.verify()


@pytest.mark.faults
@pytest.mark.timeout(300)
async def test_what_a_killed_worker_had_under_way_is_done_by_the_other(
    town: Town, channel: Channel, theirs: Receiver
) -> None:
    """A letter that was being delivered comes again, under its id, when the lease of the dead has run out: 60 s."""
    theirs.silent.clear()
    ids = await parcels(channel, town, "killed", 12)
    await collect(ids)
    async with asyncio.timeout(20):
        while len(theirs.came) < 8:  # noqa: ASYNC110 - four calls of each worker to one destination
            await asyncio.sleep(0.01)
    killed, other = town.workers
    killed.send(signal.SIGKILL)
    await asyncio.to_thread(killed.process.wait)
    theirs.silent.set()
    await until(everything_is_sent, seconds=90)
    assert other.process.poll() is None
    times = sorted(arrivals(theirs).values())
    assert times == [1] * 8 + [2] * 4, "those four that were under way arrive twice, with the id they had"
    await asyncio.to_thread(killed.open)
    await until(_a_worker_is_well)
    await channel.each_order_is_there_once()
    await town.verify()


async def _a_worker_is_well() -> bool:
    return bool(await postgres.fetchval("select bool_and(error is null) from recurring_jobs"))
