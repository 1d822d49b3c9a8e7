"""What changes reaches every page that shows it."""

import asyncio
import os
import sys
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from orderhub.kernel import bus, postgres, snapshots
from orderhub.kernel.bus import Fact
from tests.live.house import Board, House, closed_with, is_silent, receive, text_of, version_of, watch
from tests.subjects_by_hand import move_subject, open_subject
from tests.waiting import until


def told(order: UUID, *, stage: str = "paid", shop: int = 1) -> Fact:
    """The fact a verb would publish."""
    return Fact(kind="order", subject=order, root=order, stage=stage, shop=shop, warehouse=None)


async def published_move(order: UUID, stage: str) -> None:
    """Move and publish, as a verb does."""
    await move_subject(order, stage)
    bus.publish([told(order, stage=stage)])


async def test_a_page_is_shown_what_it_watches_and_every_change_of_it(house: House) -> None:
    order = await open_subject(stage="placed")
    async with house.connect() as page:
        await watch(page, "test.counts")
        first = await receive(page)
        await published_move(order, "paid")
        second = await receive(page)
    assert (text_of(first), text_of(second)) == ("placed=1", "paid=1")
    assert snapshots.number_of(version_of(second)) > snapshots.number_of(version_of(first)) > 0


async def test_a_page_that_shows_the_newest_version_is_sent_nothing(house: House, board: Board) -> None:
    async with house.connect() as page, house.connect() as another:
        await watch(page, "test.counts")
        version = version_of(await receive(page))
        await watch(another, "test.counts", versions={"test.counts": version})
        assert await is_silent(another)
        await watch(another, "test.counts", versions={"test.counts": "otherdatabase.9999999"})
        assert version_of(await receive(another)) == version
    assert len(board.rendered) == 1


async def test_one_rendering_serves_everybody_with_one_scope_and_language(house: House, board: Board) -> None:
    async with (
        house.connect("boss") as boss,
        house.connect("picker") as picker,
        house.connect(lang="zh-CN") as wang,
    ):
        for page in (boss, picker, wang):
            await watch(page, "test.counts")
        frames = [await receive(page) for page in (boss, picker, wang)]
    assert [text_of(frame) for frame in frames] == ["nothing", "nothing", "无"]
    assert frames[0] == frames[1]
    assert len(board.rendered) == 2


async def test_a_change_out_of_reach_renders_nothing(house: House, board: Board) -> None:
    async with house.connect("seller") as page:
        await watch(page, "test.counts")
        await receive(page)
        bus.publish([told(await open_subject(shop=2), shop=2)])
        assert await is_silent(page)
        bus.publish([told(await open_subject(shop=1), shop=1)])
        assert text_of(await receive(page)) == "placed=1"
    assert len(board.rendered) == 2


async def test_a_view_of_one_order_hears_only_of_that_order(house: House, board: Board) -> None:
    mine, other = await open_subject(), await open_subject()
    async with house.connect() as page:
        await watch(page, f"test.order?order={mine}")
        await receive(page)
        await published_move(other, "paid")
        assert await is_silent(page)
        await published_move(mine, "closed")
        assert text_of(await receive(page)) == "closed"
    assert len(board.rendered) == 2


async def test_changes_during_a_rendering_fold_into_the_next(house: House, board: Board) -> None:
    async with house.connect() as page:
        await watch(page, "test.counts")
        await receive(page)
        board.gate.clear()
        for _ in range(3):
            bus.publish([told(await open_subject())])
        await until(lambda: len(board.rendered) == 2)
        for _ in range(20):
            bus.publish([told(await open_subject())])
        board.gate.set()
        frames = [text_of(await receive(page)) for _ in range(2)]
        assert frames[1] == "placed=23"
        assert await is_silent(page)
    assert len(board.rendered) == 3


async def test_a_burst_is_shown_in_few_renderings_and_ends_in_the_final_state(
    house: House, board: Board
) -> None:
    order = await open_subject()
    async with house.connect() as page:
        await watch(page, f"test.order?order={order}")
        await receive(page)
        for number in range(100):
            await published_move(order, f"stage-{number}")
        last = ""
        while last != "stage-99":
            last = text_of(await receive(page))
    assert len(board.rendered) < 50


async def test_nobody_watching_means_nothing_is_rendered(house: House, board: Board) -> None:
    async with house.connect() as page:
        await watch(page, "test.counts")
        await receive(page)
        await watch(page)
        bus.publish([told(await open_subject())])
        assert await is_silent(page)
    await until(lambda: not house.hub.watchers)
    assert not house.hub.regions
    assert not house.hub._about
    assert len(board.rendered) == 1


async def test_a_rendering_that_fails_is_tried_again(
    house: House, board: Board, caplog: pytest.LogCaptureFixture
) -> None:
    async with house.connect() as page:
        await watch(page, "test.counts")
        await receive(page)
        board.failing = True
        bus.publish([told(await open_subject())])
        assert text_of(await receive(page)) == "placed=1"
    assert "view test.counts was not rendered" in caplog.text


async def test_more_changes_than_can_be_named_render_everything(house: House) -> None:
    async with house.connect() as page:
        await watch(page, "test.counts")
        await receive(page)
        await open_subject()
        bus.hear(None)
        assert text_of(await receive(page)) == "placed=1"


async def test_when_anything_may_have_been_missed_the_rights_of_everybody_are_looked_at(house: House) -> None:
    async with house.connect("picker") as page:
        await watch(page, "test.counts")
        await receive(page)
        del house.sessions.open["picker"]
        bus.hear(None)
        assert await closed_with(page) == 4401


async def test_a_commit_nobody_published_is_seen_within_three_seconds(house: House) -> None:
    async with house.connect() as page:
        await watch(page, "test.counts")
        await receive(page)
        await open_subject(stage="paid")
        assert text_of(await receive(page, seconds=3.0)) == "paid=1"


_KILLED = """
import asyncio, os, signal, sys
from orderhub.kernel import bus, postgres
from tests.subjects_by_hand import MOVE

async def die():
    os.kill(os.getpid(), signal.SIGKILL)

async def main(url, order):
    await postgres.open(url)
    async with postgres.transaction() as tx:
        tx.after_commit(die)
        tx.after_commit(lambda: bus.publish([]))
        await tx.execute(MOVE, order, "paid")

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_commit_of_a_process_killed_before_it_could_publish_is_seen(house: House, clean: str) -> None:
    order = await open_subject()
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": f"{root / 'backend'}{os.pathsep}{root}"}
    async with house.connect() as page:
        await watch(page, "test.counts")
        await receive(page)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _KILLED, clean, str(order), env=environment
        )
        assert await process.wait() == -9
        async with asyncio.timeout(3.0):
            while text_of(await receive(page)) != "paid=1":
                pass


async def test_what_was_shown_already_is_not_rendered_again_by_the_catch_up(
    house: House, board: Board
) -> None:
    order = await open_subject()
    async with house.connect() as page:
        await watch(page, f"test.order?order={order}")
        await receive(page)
        await until(lambda: all(region.is_idle for region in house.hub.regions.values()))
        before = len(board.rendered)
        shown = await postgres.fetchval("select changed_xid::text::bigint from subjects")
        bus.hear([msgspec.structs.replace(told(order), changed=shown)])
        assert await is_silent(page)
        assert len(board.rendered) == before
        bus.hear([msgspec.structs.replace(told(order), changed=shown + 1_000)])
        await until(lambda: len(board.rendered) == before + 1)


async def test_a_change_while_listening_was_lost_is_seen_once_it_is_back(house: House) -> None:
    elsewhere = await postgres.connect()
    async with house.connect() as page:
        await watch(page, "test.counts")
        await receive(page)
        await elsewhere.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and query like 'LISTEN%'"
        )
        await open_subject()
        assert text_of(await receive(page, seconds=1.5)) == "placed=1"
    await elsewhere.close()
