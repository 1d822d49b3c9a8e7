"""The bus over Redis: what one process publishes every process hears, and what was lost is known to be lost."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio

from orderhub import supervision
from orderhub.kernel import bus
from orderhub.kernel.bus import Message, RightsChanged
from orderhub.live import redis_bus
from orderhub.live.postgres_bus import chunks, decoded
from orderhub.live.redis_bus import RedisBus
from orderhub.storage import redis_server
from tests.facts import fact
from tests.facts import heard as heard
from tests.redis_servers import RedisServer
from tests.redis_servers import redis as redis
from tests.waiting import until


class Running:
    """A bus that runs, how often it feared to have missed something, and how often it knew."""

    def __init__(self) -> None:
        self.gaps = self.losses = 0
        self.bus = RedisBus(on_gap=self._gap, on_loss=self._loss)

    def _gap(self) -> None:
        self.gaps += 1

    def _loss(self) -> None:
        self.losses += 1


class Elsewhere:
    """Another process, which appends to the stream by hand."""

    def __init__(self, server: RedisServer) -> None:
        self._client = server.client()
        self.key = f"{redis_server.prefix()}facts"

    async def say(self, *messages: Message) -> None:
        for chunk in chunks(messages):
            await self._client.xadd(self.key, {"from": "elsewhere", "said": chunk})

    async def say_what_nobody_knows(self) -> None:
        await self._client.xadd(self.key, {"from": "elsewhere", "said": '[["weather","rain"]]'})

    async def forget_everything(self) -> None:
        await self._client.flushall()

    async def trim(self, kept: int) -> None:
        await self._client.xtrim(self.key, maxlen=kept, approximate=False)

    async def length(self) -> int:
        return int(await self._client.xlen(self.key))

    async def said(self) -> list[Message]:
        """Everything that stands in the stream."""
        entries: Any = await self._client.xrange(self.key)
        return [message for _, fields in entries for message in decoded(fields[b"said"])]

    async def close(self) -> None:
        await self._client.aclose()


@pytest_asyncio.fixture(loop_scope="session")
async def elsewhere(clean: str, redis: RedisServer) -> AsyncIterator[Elsewhere]:
    """This process uses a Redis, and somebody else does too."""
    async with redis_server.running(redis.url):
        one = Elsewhere(redis)
        yield one
        await one.close()


@asynccontextmanager
async def going() -> AsyncIterator[Running]:
    """A running bus that reads already."""
    running = Running()
    running.bus.start()
    bus.use(running.bus)
    await until(lambda: running.gaps == 1)
    try:
        yield running
    finally:
        bus.use(None)
        await running.bus.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def running(elsewhere: Elsewhere) -> AsyncIterator[Running]:
    """The same, as long as the test."""
    async with going() as running:
        yield running


async def test_facts_reach_another_process_and_are_no_news_to_their_own(
    running: Running, elsewhere: Elsewhere, heard: list[object]
) -> None:
    facts: list[Message] = [*(fact() for _ in range(300)), RightsChanged("person:12")]
    bus.publish(facts)
    await running.bus._waiting.emptied(patience_seconds=5)
    assert await elsewhere.said() == facts
    await elsewhere.say(last := fact())
    await until(lambda: [last] in heard)
    assert heard == [facts, [last]]


async def test_what_was_said_before_a_process_came_is_not_told_it(
    elsewhere: Elsewhere, heard: list[object]
) -> None:
    await elsewhere.say(fact())
    async with going() as running:
        await elsewhere.say(later := fact())
        await until(lambda: heard == [[later]])
        assert running.losses == 0


async def test_a_message_of_a_later_release_makes_it_look_for_itself(
    running: Running, elsewhere: Elsewhere
) -> None:
    await elsewhere.say_what_nobody_knows()
    await until(lambda: running.gaps == 2)


async def test_what_was_said_while_the_connection_was_down_is_read_afterwards(
    running: Running, elsewhere: Elsewhere, heard: list[object]
) -> None:
    await elsewhere.say(fact())
    await until(lambda: len(heard) == 1)
    cut = await elsewhere._client.client_kill_filter(_type="normal", skipme=True)
    assert cut
    missed = [fact() for _ in range(5)]
    for one in missed:
        await elsewhere.say(one)
    await until(lambda: heard[1:] == [[one] for one in missed])
    assert running.losses == 0


async def test_redis_that_came_back_empty_has_lost_something_and_goes_on(
    running: Running, elsewhere: Elsewhere, redis: RedisServer, heard: list[object]
) -> None:
    await elsewhere.say(fact())
    await until(lambda: len(heard) == 1)
    await redis.stop()
    await until(lambda: "bus.listen" in supervision.ill())
    bus.publish([waited := fact()])
    await redis.start()
    await until(lambda: running.losses, seconds=10)
    await until(lambda: not supervision.ill(), seconds=10)
    await running.bus._waiting.emptied(patience_seconds=5)
    assert await elsewhere.said() == [waited], "what could not be said is said afterwards"
    await elsewhere.say(last := fact())
    await until(lambda: heard[-1] == [last])
    assert running.losses == 1


async def test_a_stream_whose_clock_begins_earlier_is_read_from_its_beginning(
    running: Running, elsewhere: Elsewhere, heard: list[object]
) -> None:
    await elsewhere.say(fact())
    await until(lambda: len(heard) == 1)
    await elsewhere.forget_everything()
    await elsewhere._client.xadd(
        elsewhere.key, {"from": "elsewhere", "said": next(chunks([early := fact()]))}, id="5-1"
    )
    await until(lambda: running.losses == 1, seconds=10)
    await until(lambda: heard[-1] == [early])


async def test_a_stream_that_was_trimmed_past_a_sleeper_has_lost_something(
    elsewhere: Elsewhere, heard: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_bus, "_AT_ONCE", 3)
    async with going() as running:
        await elsewhere.say(fact())
        await until(lambda: len(heard) == 1)
        running.bus._last = before = running.bus._last or (0, 0)
        for _ in range(9):
            await elsewhere.say(fact())
        await until(lambda: len(heard) == 10)
        assert running.losses == 0
        await elsewhere.trim(4)
        running.bus._last = before  # as if it had slept
        await until(lambda: running.losses == 1, seconds=10)


async def test_the_stream_stays_short(
    running: Running, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_bus, "KEPT", 200)
    monkeypatch.setattr("orderhub.live.waiting._AT_ONCE", 1)
    bus.publish([fact() for _ in range(1_000)])
    await running.bus._waiting.emptied(patience_seconds=20)
    assert 200 <= await elsewhere.length() < 400


async def test_publishing_never_waits_for_a_redis_that_hangs(
    running: Running, redis: RedisServer, heard: list[object], caplog: pytest.LogCaptureFixture
) -> None:
    redis.freeze()
    with caplog.at_level(logging.ERROR):
        bus.publish([one := fact()])
        assert heard == [[one]]
        await asyncio.sleep(0)
    redis.thaw()


async def test_a_redis_that_is_away_at_the_start_is_named_and_needed_by_nobody(
    elsewhere: Elsewhere, redis: RedisServer
) -> None:
    await redis.stop()
    running = Running()
    running.bus.start()
    await until(lambda: {"bus.send", "bus.listen"} <= set(supervision.ill()))
    assert not supervision.is_needed("bus.listen")
    assert await redis_server.ill() is not None
    await redis.start()
    await until(lambda: not supervision.ill(), seconds=10)
    assert await redis_server.ill() is None
    await running.bus.stop()
