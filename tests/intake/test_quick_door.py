"""The short way through the signed door answers as the route does, and leaves to the route what is not plain."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from httpx import Response

from orderhub.intake import quick_door, receiving, taking
from orderhub.intake.contract import MAX_BODY_BYTES
from orderhub.intake.generic import signature
from orderhub.intake.received import Outcome, Received
from orderhub.kernel import clock, postgres
from tests.promises.channel import Channel, goods

BODY = msgspec.json.encode(
    {"order": {"number": "T1", "updated_at": clock.now().isoformat(), "status": "paid"}}
)


@pytest_asyncio.fixture(loop_scope="session")
async def channel(clean: str) -> AsyncIterator[Channel]:
    made = await Channel.of_a_new_shop(await goods())
    yield made
    await made.aclose()


async def post(channel: Channel, name: str, body: bytes = BODY, **said: Any) -> Response:
    at = clock.now() + said.pop("later", timedelta())
    headers = signature.sign(body, message_id=name, at=at, keys=[said.pop("key", channel.secret)])
    path = said.pop("path", f"/webhooks/{channel.shop_id}")
    return await channel.post(path, content=said.pop("content", body), headers=headers)


async def kept() -> int:
    count: int = await postgres.fetchval("select count(*) from messages")
    return count


async def test_both_ways_answer_the_same(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    short = await post(channel, "m1")
    monkeypatch.setattr(quick_door, "is_for", lambda scope: False)
    long = await post(channel, "m1")
    assert (short.status_code, short.json()) == (long.status_code, long.json()) == (202, short.json())
    told = [
        {name: value for name, value in answer.headers.items() if name != "x-request-id"}
        for answer in (short, long)
    ]
    assert told[0] == told[1]
    assert short.headers["x-request-id"] != long.headers["x-request-id"]
    assert await kept() == 1


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"key": b"x" * 32}, 401, "wrong_signature"),
        ({"later": timedelta(hours=1)}, 401, "stale_timestamp"),
        ({"content": b"{}"}, 401, "wrong_signature"),
        ({"path": "/webhooks/999999999"}, 404, "not_found"),
        ({"path": "/webhooks/99999999999999999999"}, 404, None),
        ({"path": "/webhooks/x"}, 404, None),
        ({"body": b"x" * (MAX_BODY_BYTES + 1)}, 413, None),
    ],
)
async def test_what_is_not_plain_is_refused_by_the_route(
    channel: Channel, said: dict[str, Any], status: int, code: str | None
) -> None:
    answer = await post(channel, "m1", **said)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert code is None or answer.json()["code"] == code
    assert await kept() == 0


async def test_other_methods_go_to_the_route(channel: Channel) -> None:
    assert (await channel.get(f"/webhooks/{channel.shop_id}")).status_code == 405


async def test_a_database_that_fails_once_is_tried_once_more(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, tries = receiving.receive, list[int]()

    async def failing(batch: Sequence[Received]) -> list[Outcome]:
        tries.append(len(batch))
        if len(tries) == 1:
            raise ConnectionResetError("the server went away")
        return await real(batch)

    async def away(one: Received, error: Exception) -> Outcome:
        raise error

    monkeypatch.setattr(receiving, "receive", failing)
    monkeypatch.setattr(receiving, "receive_alone", away)
    assert (await post(channel, "m1")).status_code == 202
    assert tries == [1, 1]
    assert await kept() == 1


async def test_a_full_queue_says_when_to_come_back(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking.queue, "bound", 0)
    answer = await post(channel, "m1")
    assert (answer.status_code, answer.json()["code"]) == (503, "queue_full")
    assert int(answer.headers["retry-after"]) > 0
