"""Counts of stages: appended by moves, folded by the worker, read as one moment."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from orderhub.kernel import clock, counts, due, postgres
from orderhub.proof.drift import drift
from tests.kernel.crates import after, crates, pack

pytestmark = pytest.mark.usefixtures("clean")


async def read(
    shops: set[int] | None = None, warehouses: set[int] | None = None
) -> dict[tuple[str, str], int]:
    async with postgres.transaction() as tx:
        return await counts.counts(tx, "crate", shops, warehouses)


async def test_folding_changes_no_count() -> None:
    await pack((await crates(5))[:2])
    before = await read()
    assert before == {("waiting", "open"): 3, ("packed", "open"): 2}
    assert await counts.fold() > 0
    assert await read() == before
    assert await counts.fold() == 0


async def test_what_comes_after_folding_adds_to_the_sums() -> None:
    ids = await crates(2)
    await counts.fold()
    await pack(ids)
    assert await read() == {("packed", "open"): 2}
    await counts.fold()
    assert await read() == {("packed", "open"): 2}


async def test_a_person_sees_the_counts_of_their_shops_and_warehouses() -> None:
    await crates(1, shop_id=1, warehouse_id=1)
    await crates(2, shop_id=1, warehouse_id=2)
    await crates(4, shop_id=2, warehouse_id=1)
    await crates(8, shop_id=1, warehouse_id=None)
    waiting = ("waiting", "open")
    assert (await read())[waiting] == 15
    assert (await read(shops={1}))[waiting] == 11
    assert (await read(warehouses={2}))[waiting] == 10, (
        "without a warehouse: seen by all who may see the shop"
    )
    assert (await read(shops={2}, warehouses={1}))[waiting] == 4
    assert await read(shops=set()) == {}


async def test_late_ones_are_counted_over_all_stages_within_reach() -> None:
    await crates(2, shop_id=1)
    await crates(3, shop_id=2)
    with after(31):
        await due.sweep()
    async with postgres.transaction() as tx:
        assert await counts.late(tx, ["crate"], None, None) == 5
        assert await counts.late(tx, ["crate"], {2}, {1}) == 3
        assert await counts.late(tx, ["another"], None, None) == 0


async def test_what_was_opened_is_told_by_half_hours_between_two_moments() -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    for minutes in (-1, 0, 29, 30, 61):
        with clock.frozen(noon + timedelta(minutes=minutes)):
            await crates(1)
    await counts.fold()
    with clock.frozen(noon + timedelta(minutes=62)):
        await crates(1)
    assert await opened(noon) == [("12:00", 2), ("12:30", 1), ("13:00", 2)]
    assert await opened(noon, until=noon + timedelta(minutes=59)) == [("12:00", 2), ("12:30", 1)]


async def opened(start: datetime, until: datetime | None = None) -> list[tuple[str, int]]:
    async with postgres.transaction() as tx:
        found = await counts.since(tx, "crate", "opened", start, until=until, shops=None, warehouses=None)
    return [(half_hour[-5:], n) for _, half_hour, n in found]


async def test_readers_see_one_moment_while_folders_and_movers_race() -> None:
    ids = await crates(200)

    async def fold_until(done: asyncio.Event) -> None:
        while not done.is_set():
            await counts.fold()

    async def read_until(done: asyncio.Event) -> set[int]:
        seen = set()
        while not done.is_set():
            seen.add(sum((await read()).values()))
        return seen

    done = asyncio.Event()
    loops = [asyncio.create_task(fold_until(done)) for _ in range(2)]
    reader = asyncio.create_task(read_until(done))
    for start in range(0, 200, 20):
        await pack(ids[start : start + 20])
    done.set()
    assert await reader == {200}
    await asyncio.gather(*loops)


async def test_the_counts_agree_with_a_look_at_everything() -> None:
    ids = await crates(4)
    with after(31):
        await due.sweep()
    await pack(ids[:3])
    await counts.fold()
    async with postgres.transaction() as tx:
        assert await drift(tx) == []


async def test_a_count_that_somebody_changed_is_found() -> None:
    await crates(2)
    await counts.fold()
    await postgres.execute("update stage_counts set count = 5 where measure = 'open'")
    async with postgres.transaction() as tx:
        (found,) = await drift(tx)
    assert (found.stage, found.measure, found.counted, found.found) == ("waiting", "open", 5, 2)


async def test_folded_differences_give_their_space_back() -> None:
    await postgres.execute("""
        insert into stage_deltas select 'crate', 'waiting', 1, 1, 'open', 1 from generate_series(1, 100000)
    """)
    grown = await postgres.fetchval("select pg_relation_size('stage_deltas')")
    assert await counts.fold() == 100_000
    await counts.tidy()
    assert await postgres.fetchval("select pg_relation_size('stage_deltas')") < grown / 10
    assert (await read())["waiting", "open"] == 100_000
