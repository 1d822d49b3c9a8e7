"""Tries are counted in Redis where there is one; while it is away nobody is refused for that, and nobody gets in for it."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from orderhub.accounts import attempts, tallies
from orderhub.accounts.guesses import LIMIT as GUESSES
from orderhub.accounts.refusals import TooManyAttempts, WrongSignIn
from orderhub.accounts.sign_in import Visitor, sign_in
from orderhub.journey import guesses
from orderhub.kernel import postgres
from orderhub.storage import redis_server, redis_tallies
from tests.browsers import Browser
from tests.people import PASSWORD, hire
from tests.redis_servers import RedisServer
from tests.redis_servers import redis as redis

STRANGER = Visitor(device="b" * 32, ip="198.51.100.9")
LIMIT = attempts.LIMITS["login"]


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def shared(clean: str, redis: RedisServer) -> AsyncIterator[RedisServer]:
    """This process counts in a Redis."""
    guesses.forget()
    async with redis_server.running(redis.url):
        yield redis


async def kept() -> dict[str, int]:
    """What the database holds of tries."""
    rows = await postgres.fetch("select place, attempts from sign_in_attempts")
    return {row["place"].partition(":")[0]: row["attempts"] for row in rows}


async def slip(times: int) -> None:
    for _ in range(times):
        with pytest.raises(WrongSignIn):
            await sign_in("anna", "not her password", visitor=STRANGER)


async def test_a_login_cannot_be_tried_for_ever_and_the_database_is_not_written_to() -> None:
    await hire("anna", "manager")
    await slip(LIMIT)
    with pytest.raises(TooManyAttempts) as refusal:
        await sign_in("anna", PASSWORD, visitor=STRANGER)
    assert refusal.value.data == {"minutes": 15}
    assert await kept() == {}


async def test_a_window_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    await hire("anna", "manager")
    monkeypatch.setattr(attempts, "WINDOW", timedelta(milliseconds=1))
    await slip(LIMIT)
    assert (await sign_in("anna", PASSWORD, visitor=STRANGER)).token


async def test_who_gets_in_is_forgiven_and_their_address_keeps_what_others_tried(shared: RedisServer) -> None:
    await hire("anna", "manager")
    with pytest.raises(WrongSignIn):
        await sign_in("somebody", "a guess", visitor=STRANGER)
    await slip(2)
    await sign_in("anna", PASSWORD, visitor=STRANGER)
    client = shared.client()
    left = {}
    keys: Any = await client.keys("*:tries:*")
    for key in [key.decode() for key in keys]:
        left[key.split(":")[-2]] = int(await client.get(key) or 0)
        assert 0 < await client.ttl(key) <= 15 * 60
    assert left == {"login": 1, "address": 3}
    await client.aclose()


async def test_without_redis_the_database_counts_and_the_limit_holds(
    shared: RedisServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_tallies, "_REST_SECONDS", 600.0)
    await hire("anna", "manager")
    await slip(3)
    await shared.stop()
    with caplog.at_level(logging.WARNING):
        await slip(LIMIT)
    with pytest.raises(TooManyAttempts):
        await sign_in("anna", PASSWORD, visitor=STRANGER)
    assert (await kept())["login"] == LIMIT + 1
    assert caplog.text.count("Redis is away") == 1, "it is asked again after a while, not at every try"


async def test_without_redis_who_knows_the_password_gets_in(shared: RedisServer) -> None:
    await hire("anna", "manager")
    await shared.stop()
    await slip(2)
    assert (await sign_in("anna", PASSWORD, visitor=STRANGER)).token
    assert await kept() == {"address": 2}


async def test_a_lost_redis_signs_nobody_out(shared: RedisServer) -> None:
    anna = await hire("anna", "manager")
    async with Browser() as browser:
        await browser.arrive(anna)
        await shared.stop()
        assert (await browser.get("/me")).status_code == 200


async def test_processes_count_wrong_links_together() -> None:
    async with Browser() as browser:
        for _ in range(GUESSES):
            assert (await browser.get("/t/x")).status_code == 404
        guesses.forget()  # as another process sees it
        assert (await browser.get("/t/x")).status_code == 429


async def test_without_redis_wrong_links_are_counted_by_each_process(shared: RedisServer) -> None:
    await shared.stop()
    async with Browser() as browser:
        answers = [(await browser.get("/t/x")).status_code for _ in range(GUESSES + 1)]
    assert answers == [404] * GUESSES + [429]


async def test_nobody_counts_where_there_is_no_redis() -> None:
    tallies.share(None)
    assert await tallies.shared.add(["login:anna"], window=timedelta(minutes=1)) is None
