"""The echo: each process hears what it says itself, and so knows how late the others' words are."""

from collections.abc import Sequence

import pytest

from orderhub.kernel import bus
from orderhub.kernel.bus import Message
from orderhub.live import waiting
from orderhub.live.echo import Echo
from orderhub.live.postgres_bus import PostgresBus
from orderhub.live.redis_bus import RedisBus
from orderhub.storage import redis_server
from tests.redis_servers import RedisServer
from tests.redis_servers import redis as redis
from tests.waiting import until


def nothing() -> None:
    """What is done about a gap."""


async def hears_itself(way: PostgresBus | RedisBus, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Sequence[Message] | None] = []
    echoes: list[None] = []
    monkeypatch.setattr(waiting, "_QUIET_SECONDS", 0.02)
    monkeypatch.setattr(Echo, "heard", lambda _: echoes.append(None))
    stop = bus.listen(heard.append)
    way.start()
    try:
        await until(lambda: len(echoes) > 2)
    finally:
        stop()
        await way.stop()
    assert heard == [], "what is said only to be heard by oneself wakes nobody"


async def test_over_postgres_a_process_hears_itself_in_a_quiet_night(
    clean: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hears_itself(PostgresBus(on_gap=nothing), monkeypatch)


async def test_over_redis_too(clean: str, redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    async with redis_server.running(redis.url):
        await hears_itself(RedisBus(on_gap=nothing, on_loss=nothing), monkeypatch)


async def test_what_does_not_come_back_makes_it_late() -> None:
    echo, now = Echo(), [100.0]
    echo._clock = lambda: now[0]
    assert echo.lag_seconds() == 0
    echo.said()
    now[0] += 3
    echo.said()
    assert echo.lag_seconds() == 3
    echo.heard()
    now[0] += 60
    assert echo.lag_seconds() == 3
    echo.said()
    now[0] += 0.5
    echo.heard()
    assert echo.lag_seconds() == 0.5
