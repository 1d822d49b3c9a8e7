"""Whoever should have moved a subject and did not: it is marked late, once, and whoever watches sees it."""

import asyncio
from collections.abc import Iterator
from uuid import UUID

import pytest

from orderhub.kernel import bus, clock, counts, due, postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.bus import Fact
from orderhub.kernel.ids import uuid7
from orderhub.kernel.work import Work
from orderhub.live.catchup import CatchUp
from orderhub.proof.drift import drift
from tests.kernel.crates import after, crates, late_since, pack, visit_of

pytestmark = pytest.mark.usefixtures("clean")


@pytest.fixture
def heard() -> Iterator[list[Fact]]:
    """What the bus told this process."""
    facts: list[Fact] = []
    stop = bus.listen(lambda messages: facts.extend(m for m in messages or () if isinstance(m, Fact)))
    yield facts
    stop()


async def counted(kind: str = "crate") -> dict[tuple[str, str], int]:
    async with postgres.transaction() as tx:
        return await counts.counts(tx, kind, None, None)


async def test_a_crate_becomes_late_when_its_time_has_passed_and_not_before() -> None:
    (crate,) = await crates()
    with after(29):
        assert await due.sweep() == 0
    with after(31):
        now = clock.now()
        assert await due.sweep() == 1
    assert await late_since(crate) == now


async def test_a_late_crate_is_marked_once() -> None:
    await crates(3)
    with after(31):
        assert [await due.sweep(), await due.sweep()] == [3, 0]


async def test_a_crate_that_was_packed_in_time_never_becomes_late() -> None:
    ids = await crates(2)
    await pack(ids[:1])
    with after(31):
        assert await due.sweep() == 1
    assert await late_since(ids[0]) is None


async def test_late_crates_are_counted_until_they_are_packed() -> None:
    ids = await crates(3)
    with after(31):
        await due.sweep()
    assert await counted() == {("waiting", "open"): 3, ("waiting", "late"): 3}
    await pack(ids[:2])
    assert await counted() == {("waiting", "open"): 1, ("waiting", "late"): 1, ("packed", "open"): 2}


async def test_a_root_counts_the_late_ones_of_its_family() -> None:
    parent, child, other = uuid7(), uuid7(), uuid7()
    async with postgres.transaction() as tx:
        work = Work(tx, SYSTEM)
        root = work.open("crate", parent, shop_id=1)
        for inner in (child, other):
            work.open("crate", inner, shop_id=1, parent=root)
        await work.flush()
    with after(31):
        await due.sweep()
    assert await late_in_family(parent, child) == [3, 0]
    await pack([child])
    assert await late_in_family(parent, child) == [2, 0]
    await pack([parent, other])
    assert await late_in_family(parent, child) == [0, 0]


async def late_in_family(*ids: UUID) -> list[int]:
    rows = await postgres.fetch("select id, late from subjects where id = any($1::uuid[])", ids)
    late = {row["id"]: row["late"] for row in rows}
    return [late[subject] for subject in ids]


async def test_the_bus_and_the_catch_up_tell_which_crates_became_late(heard: list[Fact]) -> None:
    (crate,) = await crates()
    catch_up = CatchUp()
    await catch_up.look()
    heard.clear()
    with after(31):
        await due.sweep()
    assert [(f.subject, f.root, f.kind, f.stage, f.shop, f.warehouse) for f in heard] == [
        (crate, crate, "crate", "waiting", 1, 1)
    ]
    assert await catch_up.look() == heard, (
        "a fact names its transaction, so that the catch-up does not tell it again"
    )


async def test_a_crate_that_is_being_moved_is_left_for_the_next_sweep() -> None:
    locked, free = await crates(2)
    with after(31):
        async with postgres.transaction() as tx:
            await tx.fetch("select from subjects where id = $1 for update", locked)
            assert await asyncio.create_task(due.sweep()) == 1
        assert await late_since(free) is not None
        assert await late_since(locked) is None
        assert await due.sweep() == 1


async def test_a_crate_that_leaves_while_the_sweep_looks_is_not_marked() -> None:
    (crate,) = await crates()
    visit = await visit_of(crate)
    await pack([crate])
    with after(31):
        async with postgres.transaction() as tx:
            assert await tx.fetch(due._MARK, clock.now(), [visit]) == []
    assert await late_since(crate) is None


async def test_sixteen_workers_at_once_mark_every_crate_exactly_once() -> None:
    ids = await crates(1200)
    with after(31):
        marked = await asyncio.gather(*[due.sweep() for _ in range(16)], pack(ids[:100]), pack(ids[600:700]))
        swept = sum(n for n in marked if isinstance(n, int)) + await due.sweep()
    deltas = await postgres.fetchval(
        "select sum(delta) from stage_deltas where measure = 'late' and delta > 0"
    )
    late = await postgres.fetchval("select count(*) from visits where late_at is not null")
    assert swept == deltas == late
    assert 1000 <= swept <= 1200
    async with postgres.transaction() as tx:
        assert await drift(tx) == []


async def test_the_sweep_reads_the_due_visits_by_index_and_no_others() -> None:
    await crates(1)
    await postgres.execute("""
        insert into subjects (id, kind, root_id, shop_id, stage, visit_id, opened_at, head_seq, head_digest)
        select gen_random_uuid(), 'crate', gen_random_uuid(), 1, 'waiting', gen_random_uuid(), now(), 0, ''
        from generate_series(1, 5000)
    """)
    await postgres.execute("""
        insert into visits (id, subject_id, root_id, kind, stage, shop_id, warehouse_id, entered_at, entered_by, due_at)
        select gen_random_uuid(), id, root_id, kind, stage, 1, 1, now(), 'system', now() + interval '1 day'
        from subjects where head_seq = 0
    """)
    await postgres.execute("analyze subjects, visits")
    with after(31):
        async with postgres.transaction() as tx:
            plan = await tx.fetch(f"explain (analyze, costs off, timing off) {due._LOCK}", clock.now(), 500)
    text = "\n".join(row[0] for row in plan)
    assert "visits_due" in text
    assert "Seq Scan" not in text
