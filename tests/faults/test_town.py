"""Any number of processes are one service, and whatever of it dies heals: nothing is lost, doubled or unrecorded."""

import asyncio
import signal

import pytest

from tests.asking import asking
from tests.faults.town import Board, Channel, Town, sale
from tests.waiting import until


async def test_a_move_on_one_host_is_told_over_redis_and_seen_on_the_other(
    town: Town, channel: Channel
) -> None:
    async with Board.open(town.other) as there, Board.open(town.one) as here:
        for n in range(3):
            await channel.sell(town.one, f"over-there-{n}")
            await town.tells_over_redis(f"over-there-{n}")
            await there.shows_the_order(f"over-there-{n}", seconds=10)
            await channel.sell(town.other, f"over-here-{n}")
            await here.shows_the_order(f"over-here-{n}", seconds=10)


async def test_redis_is_stopped_and_started_and_nobody_is_signed_out(town: Town, channel: Channel) -> None:
    async with Board.open(town.other) as board:
        async with town.without_redis():
            async with sale(channel, town, "redis"):
                await channel.sells(20)
            # The board shows the newest moves: what is looked for must not be pushed out by the sale.
            await channel.sell(town.one, "without-redis")
            await board.shows_the_order("without-redis", seconds=10)
            async with asking(town.one.address) as proxy:
                answer = await proxy.get("/readyz")
            assert (answer.status_code, "redis" in answer.json()["ill"]) == (200, True)
            assert await board.is_still_signed_in()
        await town.becomes_well()
        await channel.sell(town.one, "with-redis-again")
        await town.tells_over_redis("with-redis-again")
        await board.shows_the_order("with-redis-again", seconds=10)
        assert board.connected == 1
    await channel.each_order_is_there_once()
    await town.verify()


async def test_postgresql_crashes_and_every_acknowledged_order_is_there(town: Town, channel: Channel) -> None:
    async with Board.open(town.other) as board:
        async with sale(channel, town, "database"):
            await channel.sells(20)
            await asyncio.to_thread(town.server.restart)
            await channel.sells(20)
        await town.becomes_well()
        await channel.sell(town.one, "after-the-crash")
        await board.shows_the_order("after-the-crash", seconds=10)
        assert await board.is_still_signed_in()
    await channel.each_order_is_there_once()
    await town.verify()


async def test_a_web_process_is_killed_the_fleet_goes_on_and_its_sockets_come_back(
    town: Town, channel: Channel
) -> None:
    async with Board.open(town.other) as board:
        async with sale(channel, town, "web"):
            for killed in town.other.members("web"):
                killed.send_signal(signal.SIGKILL)
                await channel.sells(5)
                await until(lambda: len(town.other.members("web")) == 2, seconds=30)
                await town.becomes_well()
        await channel.sell(town.one, "after-the-kill")
        await board.shows_the_order("after-the-kill", seconds=10)
        assert board.connected >= 2, "it sat on one of the two"
    await channel.each_order_is_there_once()
    await town.verify()


@pytest.mark.faults
@pytest.mark.timeout(300)
async def test_a_hub_told_to_end_during_a_sale_answers_what_it_took(town: Town, channel: Channel) -> None:
    for hub in (town.one, town.other):
        async with sale(channel, town, f"ending-{hub.port}"):
            await channel.sells(20)
            said_before = len(hub.log)
            assert await hub.end() == 0
            assert "Traceback" not in hub.log[said_before:]
            await channel.sells(5)
            await asyncio.to_thread(hub.open)
            await town.becomes_well()
            await channel.sells(20)
    await channel.each_order_is_there_once()
    await town.verify()
