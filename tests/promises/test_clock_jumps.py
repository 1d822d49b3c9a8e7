"""The clock of the machine is set forward by hours or months, and back again: nothing is lost, doubled or stuck for it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from orderhub.accounts import attempts, sessions
from orderhub.accounts.refusals import TooManyAttempts
from orderhub.intake.generic import signature
from orderhub.kernel import clock, due, postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.ids import uuid7
from orderhub.kernel.moves import Move, move
from orderhub.kernel.outbox import DeliveryFailed
from orderhub.proof import anchor
from orderhub.proof.verify import verify
from orderhub.storage import retention
from orderhub.worker import leasing, waking
from orderhub.worker.turns import Job, take_turn
from tests.emptying import empty
from tests.kernel.crates import PACKER, crates, pack, send, visit_of
from tests.people import hire
from tests.placed import draft, placed, shipment_of, shop
from tests.promises.channel import Channel, Post, goods
from tests.promises.test_races import BODY, ONE_STORY, SAID, story

pytestmark = pytest.mark.usefixtures("clean")

HOURS = timedelta(hours=5)
MONTHS = timedelta(days=200)


async def nothing() -> None:
    """Stand for the work of a job."""


async def months() -> set[str]:
    """The partitions there are."""
    rows = await postgres.fetch("select inhrelid::regclass::text as name from pg_inherits")
    return {row["name"] for row in rows}


@pytest_asyncio.fixture(loop_scope="session")
async def _no_more_months(clean: str) -> AsyncIterator[None]:
    """Drop the months that a wrong clock opens."""
    before = await months()
    yield
    await empty()
    for name in await months() - before:
        if name.rpartition("_")[2].isdecimal():
            await postgres.execute(f"drop table if exists {name}")


@pytest.mark.usefixtures("_no_more_months")
@pytest.mark.parametrize("jump", [HOURS, -HOURS, MONTHS, -MONTHS], ids=str)
async def test_a_life_goes_on_across_a_jump_and_every_change_is_recorded(
    jump: timedelta, tmp_path: Path
) -> None:
    place = await shop()
    (before,) = await placed([draft(place, "A")])
    await anchor.take(tmp_path)
    with clock.frozen(clock.now() + jump):
        (amid,) = await placed([draft(place, "B")])
        await retention.open_months()
        await move([Move(subject=await shipment_of(before), transition="collect")], actor=SYSTEM)
        await anchor.take(tmp_path)
    (after,) = await placed([draft(place, "C")])
    ids = [await shipment_of(one) for one in (before, amid, after)]
    verdicts = await move([Move(subject=one, transition="sign") for one in ids], actor=SYSTEM)
    assert [verdict.stage for verdict in verdicts] == ["signed"] * 3
    assert (await verify(tmp_path)).findings == []


def test_ids_differ_whatever_the_clock_says() -> None:
    made = []
    for jump in (HOURS, timedelta(), -HOURS, timedelta()):
        with clock.frozen(clock.now() + jump):
            made += [uuid7() for _ in range(1000)]
    assert len(set(made)) == 4000


async def test_a_limit_counts_from_the_time_that_was_told_and_late_is_marked_once() -> None:
    (early,) = await crates()
    with clock.frozen(clock.now() + HOURS):
        assert await due.sweep() == 1
        (amid,) = await crates()
    assert await due.sweep() == 0
    await pack([early, amid])
    assert await postgres.fetchval("select sum(late) from subjects") == 0
    assert (await verify()).findings == []


async def test_a_letter_of_a_wrong_clock_is_not_held_back_by_it() -> None:
    written, leased = await crates(2)
    with clock.frozen(clock.now() + HOURS):
        await send(leased, {"n": 1})
        (lost,) = await leasing.lease("test:door", most=1)
        await send(written, {"n": 2}, {"n": 3})
    assert await leasing.lease("test:door", most=9) == []
    assert await waking.wake() == 2
    assert {letter.body["n"] for letter in await leasing.lease("test:door", most=9)} == {1, 2}
    assert not await leasing.settle_sent(lost), "whoever leased it then has lost it"


async def test_a_letter_whose_time_was_set_rightly_is_left_alone() -> None:
    waiting, failing = await crates(2)
    await send(waiting, {"n": 1}, {"n": 2})
    await send(failing, {"n": 3})
    letters = await leasing.lease("test:door", most=9)
    assert len(letters) == 2
    failed = DeliveryFailed("slow down", permanent=False, wait_seconds=86_400)
    await leasing.settle_failed(letters[1], failed)
    before = await postgres.fetch("select id, next_at, lease_until from outbox order by id")
    assert await waking.wake() == 0
    assert await postgres.fetch("select id, next_at, lease_until from outbox order by id") == before


async def test_a_job_that_a_wrong_clock_put_off_runs_again() -> None:
    job = Job(name="minutely", every=timedelta(minutes=1), work=nothing)
    with clock.frozen(clock.now() + HOURS):
        await take_turn(job)
    assert await take_turn(job)
    assert not await take_turn(job)
    await postgres.execute(
        "update recurring_jobs set next_at = $1, lease_until = $2, lease_token = gen_random_uuid()",
        *(clock.now(), clock.now() + HOURS),
    )
    assert await take_turn(job), "whoever leased it had that clock"


async def test_a_message_signed_at_another_time_is_refused_until_the_clocks_agree() -> None:
    async with await Channel.of_a_new_shop(await goods()) as channel:
        path = f"/webhooks/{channel.shop_id}"
        for jump in (HOURS, -HOURS):
            headers = signature.sign(BODY, message_id="m1", at=clock.now() + jump, keys=[channel.secret])
            assert (await channel.post(path, content=BODY, headers=headers)).status_code == 401
        with clock.frozen(clock.now() + HOURS):
            first = await channel.tell(Post("m1", SAID))
        assert await channel.tell(Post("m1", SAID)) == first
    assert await story() == ONE_STORY


async def test_a_wish_repeated_on_the_other_side_of_a_jump_is_one_move() -> None:
    (crate,) = await crates()
    wish = Move(subject=crate, transition="pack", visit=await visit_of(crate), key="k1")
    with clock.frozen(clock.now() + HOURS):
        first = await move([wish], actor=PACKER)
    assert await move([wish], actor=PACKER) == first
    with clock.frozen(clock.now() - HOURS):
        assert await move([wish], actor=PACKER) == first


async def test_a_session_lives_through_hours_and_no_longer_than_it_may() -> None:
    person = await hire("anna", "warehouse")
    async with postgres.transaction() as tx:
        token = await sessions.open_session(tx, person, device="d1", agent=None, ip=None)
    for jump in (HOURS, timedelta(), -HOURS, timedelta()):
        with clock.frozen(clock.now() + jump):
            assert await sessions.resume(token) is not None
    with clock.frozen(clock.now() + sessions.IDLE + HOURS + timedelta(minutes=1)):
        assert await sessions.resume(token) is None


async def test_whoever_was_locked_out_by_a_wrong_clock_waits_no_longer_than_others() -> None:
    places = attempts.places(login="anna", device=None, ip=None)
    with clock.frozen(clock.now() + HOURS):
        for _ in range(attempts.LIMITS["login"]):
            await attempts.count(places)
        with pytest.raises(TooManyAttempts):
            await attempts.count(places)
    assert not await attempts.count(places)
