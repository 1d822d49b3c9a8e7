"""Letters leave in order for each destination and subject, at least once, and a dead one stops only its own subject."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from orderhub.kernel import clock, postgres
from orderhub.kernel.outbox import Delivery, DeliveryFailed
from orderhub.worker import leasing
from tests.kernel.crates import after, crates, send

pytestmark = pytest.mark.usefixtures("clean")

LATER = DeliveryFailed("the door is shut", permanent=False)
NEVER = DeliveryFailed("nobody lives here", permanent=True)


async def leased(destination: str = "test:door", most: int = 10) -> list[Delivery]:
    return await leasing.lease(destination, most=most)


async def told(destination: str = "test:door") -> list[object]:
    """Deliver whatever can be, and return the bodies in the order they left."""
    bodies: list[object] = []
    while letters := await leased(destination):
        for letter in letters:
            bodies.append(letter.body["n"])
            assert await leasing.settle_sent(letter)
    return bodies


async def row(letter: UUID) -> postgres.Record:
    return await postgres.fetchrow("select * from outbox where id = $1", letter)


async def test_the_letters_of_a_subject_leave_one_by_one_in_the_order_of_its_moves() -> None:
    (crate,) = await crates()
    await send(crate, {"n": 1}, {"n": 2}, {"n": 3})
    (first,) = await leased()
    assert (first.body, first.topic, first.attempts) == ({"n": 1}, "crate.told", 1)
    assert await leased() == [], "the second waits for the first"
    await leasing.settle_sent(first)
    assert await told() == [2, 3]


async def test_letters_of_other_subjects_and_to_other_destinations_do_not_wait() -> None:
    one, other = await crates(2)
    await send(one, {"n": 1}, {"n": 2})
    await send(other, {"n": 3})
    await send(one, {"n": 4}, destination="test:window")
    assert [letter.body["n"] for letter in await leased()] == [1, 3]
    assert [letter.body["n"] for letter in await leased("test:window")] == [4]


async def test_only_destinations_with_a_letter_due_are_waiting() -> None:
    (crate,) = await crates()
    for destination in ("test:a", "test:b", "test:c"):
        await send(crate, {"n": 1}, destination=destination)
    (a,) = await leased("test:a")
    (b,) = await leased("test:b")
    await leasing.settle_sent(a)
    await leasing.settle_failed(b, LATER)
    assert await leasing.waiting() == ["test:c"]
    with after(1):
        assert await leasing.waiting() == ["test:b", "test:c"]


async def test_no_more_letters_are_leased_than_asked_for() -> None:
    for crate in await crates(5):
        await send(crate, {"n": 1})
    assert [len(await leased(most=2)) for _ in range(4)] == [2, 2, 1, 0]


async def test_a_failed_letter_comes_again_after_a_growing_pause() -> None:
    (crate,) = await crates()
    await send(crate, {"n": 1})
    pauses = []
    with after(0) as _:
        (letter,) = await leased()
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400):
        failed_at = clock.now()
        with clock.frozen(failed_at):
            assert await leasing.settle_failed(letter, LATER)
        pause = (await row(letter.id))["next_at"] - failed_at
        assert timedelta(seconds=seconds) <= pause <= timedelta(seconds=seconds * 1.2)
        pauses.append(pause)
        with clock.frozen(failed_at + pause - timedelta(seconds=1)):
            assert await leased() == []
        await postgres.execute("update outbox set next_at = now()")
        (letter,) = await leased()
    assert letter.attempts == leasing.TRIES == 10
    await leasing.settle_failed(letter, LATER)
    dead = await row(letter.id)
    assert (dead["dead_at"] is not None, dead["error"]) == (True, "the door is shut")


async def test_the_outside_may_ask_for_more_time() -> None:
    (crate,) = await crates()
    await send(crate, {"n": 1})
    (letter,) = await leased()
    await leasing.settle_failed(letter, DeliveryFailed("slow down", permanent=False, wait_seconds=600))
    assert (await row(letter.id))["next_at"] >= clock.now() + timedelta(seconds=590)


async def test_a_permanent_failure_is_dead_at_once_and_stops_only_its_subject_there() -> None:
    one, other = await crates(2)
    await send(one, {"n": 1}, {"n": 2})
    await send(other, {"n": 3})
    await send(one, {"n": 4}, destination="test:window")
    first, _ = await leased()
    await leasing.settle_failed(first, NEVER)
    with after(5):
        assert await told() == [3]
        assert await told("test:window") == [4]
    await send(one, {"n": 5})
    assert await told() == [], "what comes later waits behind the dead letter"


async def test_a_letter_behind_a_failed_one_keeps_its_place() -> None:
    (crate,) = await crates()
    await send(crate, {"n": 1}, {"n": 2})
    (first,) = await leased()
    assert await leased() == []
    await leasing.settle_failed(first, LATER)
    with after(1.2):
        assert await told() == [1, 2]


async def test_a_lost_lease_changes_nothing() -> None:
    (crate,) = await crates()
    await send(crate, {"n": 1})
    (lost,) = await leased()
    with after(2):
        (again,) = await leased()
        assert (again.id, again.attempts) == (lost.id, 2)
        before = await row(lost.id)
        assert not await leasing.settle_sent(lost)
        assert not await leasing.settle_failed(lost, NEVER)
        assert await row(lost.id) == before
        assert await leasing.settle_sent(again)
        assert not await leasing.settle_sent(again), "settled once"


async def test_a_backlog_behind_dead_letters_is_looked_at_once() -> None:
    stuck = await crates(150)
    for crate in stuck:
        await send(crate, {"n": 1})
    while letters := await leased(most=100):
        for letter in letters:
            await leasing.settle_failed(letter, NEVER)
    for crate in stuck:
        await send(crate, {"n": 2})
    (free,) = await crates()
    await send(free, {"n": 3})
    assert await told() == [3]
    assert await leasing.waiting() == []


async def test_sixteen_workers_lease_each_letter_once_and_never_overtake() -> None:
    ids = await crates(8)
    for crate in ids:
        await send(crate, {"n": 0}, {"n": 1}, {"n": 2}, {"n": 3}, {"n": 4})
    left: dict[UUID, list[object]] = {crate: [] for crate in ids}

    async def work() -> None:
        while await postgres.fetchval("select exists (select from outbox where sent_at is null)"):
            for letter in await leased(most=3):
                left[letter.subject_id].append(letter.body["n"])
                await asyncio.sleep(0)
                await leasing.settle_sent(letter)

    await asyncio.gather(*[work() for _ in range(16)])
    assert all(bodies == [0, 1, 2, 3, 4] for bodies in left.values())


async def test_the_waiting_destinations_are_found_without_reading_a_backlog() -> None:
    (crate,) = await crates()
    await postgres.execute(
        """insert into outbox (id, destination, subject_id, topic, body, created_at, next_at)
           select gen_random_uuid(), 'test:' || n % 3, $1, 't', '{}', now(), now() + (n % 3 % 2) * interval '1 h'
           from generate_series(1, 20000) n""",
        crate,
    )
    await postgres.execute("analyze outbox")
    async with postgres.transaction() as tx:
        plan = await tx.fetchval(
            f"explain (analyze, format json, timing off) {leasing._WAITING}", clock.now()
        )
    assert plan[0]["Plan"]["Actual Rows"] == 2
    assert _rows_read(plan[0]["Plan"]) < 100


def _rows_read(node: dict[str, Any]) -> float:
    below = sum(_rows_read(child) for child in node.get("Plans", []))
    read = float(node["Actual Rows"]) + float(node.get("Rows Removed by Filter", 0))
    return below + read * float(node["Actual Loops"])
