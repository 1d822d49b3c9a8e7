"""The catch-up: a commit that nobody published is found."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio

from orderhub.kernel import bus, postgres
from orderhub.kernel.ids import uuid7
from orderhub.live import catchup
from orderhub.live.catchup import CatchUp
from tests.subjects_by_hand import INSERT, MOVE, move_subject, open_subject
from tests.waiting import until


@pytest_asyncio.fixture(loop_scope="session")
async def looking(clean: str) -> CatchUp:
    """A catch-up that has looked once."""
    looking = CatchUp()
    await looking.look()
    return looking


async def _found(looking: CatchUp) -> set[UUID]:
    return {fact.subject for fact in await looking.look() or ()}


async def test_it_names_what_changed_and_names_it_once(looking: CatchUp) -> None:
    order = await open_subject(kind="order", shop=3, warehouse=7, stage="paid")
    (fact,) = await looking.look() or ()
    assert (fact.kind, fact.subject, fact.root, fact.stage) == ("order", order, order, "paid")
    assert (fact.shop, fact.warehouse) == (3, 7)
    assert fact.changed > 0
    assert await _found(looking) == set()
    await move_subject(order, "closed")
    assert await _found(looking) == {order}


async def test_a_transaction_that_was_running_is_found_when_it_ends(looking: CatchUp) -> None:
    long, short = await postgres.connect(), await open_subject()
    await long.execute("begin")
    await long.execute(MOVE, short, "paid")
    other = await open_subject()
    assert await _found(looking) == {short, other}
    assert await _found(looking) == set()
    await long.execute("commit")
    await long.close()
    assert await _found(looking) == {short}


async def test_a_long_transaction_elsewhere_does_not_show_old_changes_again(looking: CatchUp) -> None:
    long = await postgres.connect()
    await long.execute("begin")
    await long.fetchval("select pg_current_xact_id()")
    order = await open_subject()
    assert await _found(looking) == {order}
    assert await _found(looking) == set()
    await long.close()


async def test_more_than_can_be_named_is_said_to_be_anything(
    looking: CatchUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catchup, "MOST", 3)
    for _ in range(4):
        await open_subject()
    assert await looking.look() is None
    assert await _found(looking) == set()


async def test_it_asks_the_index_however_many_subjects_there_are(looking: CatchUp) -> None:
    rows = [(uuid7(), "order", 1, None, "placed", uuid7()) for _ in range(5_000)]
    async with postgres.transaction() as tx:
        await tx.connection.executemany(INSERT.replace("$7", "now()"), rows)
    await postgres.execute("analyze subjects")
    asked = "; ".join(
        [
            "set plan_cache_mode = force_generic_plan",
            f"prepare changed as {catchup._CHANGED}",
            "create temp table plan (line text)",
        ]
    )
    connection = await postgres.connect()
    await connection.execute(asked)
    plan = await connection.fetch("explain execute changed('900000000', array['7'], 2001)")
    await connection.close()
    text = "\n".join(line[0] for line in plan)
    assert text.count("subjects_changed") == 2
    assert "Seq Scan" not in text


@pytest_asyncio.fixture(loop_scope="session")
async def running(clean: str) -> AsyncIterator[CatchUp]:
    """A catch-up that would look only once an hour."""
    running = CatchUp(every_seconds=3600)
    running.start()
    yield running
    await running.stop()


async def test_it_looks_at_once_when_it_has_to_hurry(running: CatchUp) -> None:
    heard: list[object] = []
    stop = bus.listen(heard.append)
    await until(lambda: running._seen is not None)
    await open_subject()
    await asyncio.sleep(0)
    assert not heard
    running.hurry()
    await until(lambda: heard)
    stop()
