"""The ledger names the request that made each entry, also where many requests share one transaction."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest_asyncio
from httpx import Response

from orderhub.intake.generic import signature
from orderhub.kernel import clock, postgres
from tests.promises.channel import Channel, goods
from tests.promises.test_races import SAID

ORDER: dict[str, Any] = SAID["order"]  # type: ignore[assignment]


@pytest_asyncio.fixture(loop_scope="session")
async def channel(clean: str) -> AsyncIterator[Channel]:
    made = await Channel.of_a_new_shop(await goods())
    yield made
    await made.aclose()


async def post(channel: Channel, number: str, body: bytes | None = None) -> Response:
    """Tell of one order."""
    order = {**ORDER, "number": number}
    told = SAID | {"order": order, "payments": [{"number": number, "amount": 2800}]}
    body = msgspec.json.encode(told) if body is None else body
    headers = signature.sign(body, message_id=number, at=clock.now(), keys=[channel.secret])
    answer = await channel.post(f"/webhooks/{channel.shop_id}", content=body, headers=headers)
    assert answer.status_code == 202, answer.text
    return answer


async def requests_of(root: str) -> set[str | None]:
    """What the entries about this order, or this message, call their request."""
    rows = await postgres.fetch("select body from ledger where root_id = $1::uuid", root)
    assert rows
    return {msgspec.json.decode(row["body"]).get("request") for row in rows}


async def test_orders_taken_together_each_name_their_own_request(channel: Channel) -> None:
    answers = await asyncio.gather(*(post(channel, f"T{number}") for number in range(6)))
    asked = [answer.headers["x-request-id"] for answer in answers]
    assert len(set(asked)) == 6
    for number, request_id in enumerate(asked):
        order = await postgres.fetchval("select id from orders where channel_number = $1", f"T{number}")
        assert await requests_of(order) == {request_id}, "the order, its parcel, and what follows by itself"


async def test_a_message_that_waits_names_its_request(channel: Channel) -> None:
    answer = await post(channel, "M1", b"no order at all")
    assert await requests_of(answer.json()["message"]) == {answer.headers["x-request-id"]}
