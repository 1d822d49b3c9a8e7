"""The bus: what one process publishes, every process hears."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import msgspec
import pytest
import pytest_asyncio

from orderhub.kernel import bus, postgres
from orderhub.kernel.bus import Message, RightsChanged
from orderhub.live import waiting
from orderhub.live.postgres_bus import CHANNEL, CHUNK_BYTES, PostgresBus, chunks
from tests.facts import fact
from tests.facts import heard as heard
from tests.waiting import until


class Twin:
    """A bus in memory: keeps what the other processes would hear."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    def send(self, messages: Sequence[Message]) -> None:
        self.sent.extend(messages)


class Running:
    """A bus that runs, and how often it feared to have missed something."""

    def __init__(self) -> None:
        self.gaps = 0
        self.bus = PostgresBus(on_gap=self._gap)

    def _gap(self) -> None:
        self.gaps += 1


@pytest_asyncio.fixture(loop_scope="session")
async def running(clean: str) -> AsyncIterator[Running]:
    """A running bus that listens already."""
    running = Running()
    running.bus.start()
    bus.use(running.bus)
    await until(lambda: running.gaps == 1)
    yield running
    bus.use(None)
    await running.bus.stop()


def test_this_process_hears_at_once_and_the_others_are_told(heard: list[object]) -> None:
    twin, one = Twin(), fact()
    bus.use(twin)
    bus.publish([one])
    bus.use(None)
    assert heard == [[one]]
    assert twin.sent == [one]


def test_neither_a_broken_bus_nor_a_broken_listener_fails_the_verb(
    heard: list[object], caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def send(self, messages: Sequence[Message]) -> None:
            raise ConnectionError("no way out")

    def deaf(messages: Sequence[Message] | None) -> None:
        raise ValueError("cannot hear")

    stop = bus.listen(deaf)
    bus.use(Broken())
    with caplog.at_level(logging.ERROR):
        bus.publish([fact()])
    bus.use(None)
    stop()
    assert len(heard) == 1
    assert "no way out" in caplog.text
    assert "cannot hear" in caplog.text


async def test_what_is_published_after_a_commit_is_not_heard_when_it_fails(
    clean: str, heard: list[object]
) -> None:
    async with postgres.transaction() as tx:
        bus.publish_after(tx, [RightsChanged("person:1")])
        assert heard == []
    assert heard == [[RightsChanged("person:1")]]
    with suppress(LookupError):
        async with postgres.transaction() as tx:
            bus.publish_after(tx, [RightsChanged("person:2")])
            raise LookupError
    assert len(heard) == 1


def test_chunks_fit_into_a_notification_and_lose_nothing() -> None:
    facts: list[Message] = [fact(stage="阶段" * 9) for _ in range(500)]
    texts = list(chunks(facts))
    assert len(texts) > 1
    assert max(len(text.encode()) for text in texts) <= CHUNK_BYTES
    decoded = [message for text in texts for message in msgspec.json.decode(text, type=list[Message])]
    assert decoded == facts


async def test_facts_reach_another_process(running: Running, heard: list[object]) -> None:
    said: list[str] = []
    elsewhere = await postgres.connect()
    await elsewhere.add_listener(CHANNEL, lambda *heard: said.append(heard[3]))
    facts: list[Message] = [*(fact() for _ in range(300)), RightsChanged("person:12")]
    bus.publish(facts)
    await until(lambda: len(said) == len(list(chunks(facts))))
    await elsewhere.close()
    assert [message for text in said for message in msgspec.json.decode(text, type=list[Message])] == facts
    assert heard == [facts], "its own notifications are not news to the process that published"


async def test_facts_of_another_process_are_heard(running: Running, heard: list[object]) -> None:
    one = fact()
    await postgres.execute("select pg_notify($1, $2)", CHANNEL, next(chunks([one])))
    await until(lambda: heard == [[one]])


async def test_a_message_of_a_later_release_makes_it_look_for_itself(running: Running) -> None:
    await postgres.execute("select pg_notify($1, $2)", CHANNEL, '[["weather","rain"]]')
    await until(lambda: running.gaps == 2)


async def test_a_lost_connection_comes_back_and_what_waited_is_sent(
    running: Running, heard: list[object]
) -> None:
    elsewhere = await postgres.connect()
    said: list[str] = []
    await elsewhere.add_listener(CHANNEL, lambda *heard: said.append(heard[3]))
    await _cut_the_bus(elsewhere)
    bus.publish([fact()])
    await until(lambda: said and running.gaps >= 3)
    one = fact()
    await elsewhere.execute("select pg_notify($1, $2)", CHANNEL, next(chunks([one])))
    await until(lambda: heard[-1] == [one])
    await elsewhere.close()


async def test_publishing_never_waits_for_a_database_that_is_away(
    clean: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def nowhere() -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(postgres, "connect", nowhere)
    monkeypatch.setattr(waiting, "_KEPT", 3)
    away = PostgresBus(on_gap=lambda: None)
    away.start()
    with caplog.at_level(logging.WARNING):
        away.send([fact() for _ in range(5)])
    assert "2 messages left to the catch-up" in caplog.text
    await asyncio.sleep(0)
    await away.stop()


async def _cut_the_bus(connection: postgres.Connection) -> None:
    """Kill the server's end of every connection that is not in the pool and not ours."""
    await connection.execute(
        """select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid()
             and (query like 'LISTEN%' or query like 'set synchronous_commit%' or query like '%pg_notify(%unnest%')"""
    )
