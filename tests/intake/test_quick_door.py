"""The short way through the signed door answers as the route does, and leaves to the route what is not plain.

Over a real socket: the short way begins below the app.
"""

import asyncio
import gc
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import httpx
import msgspec
import pytest
import pytest_asyncio
import uvicorn

from orderhub.accounts import edge
from orderhub.front import web_server
from orderhub.front.connections import Connection
from orderhub.intake import quick_door, receiving, taking
from orderhub.intake.contract import MAX_BODY_BYTES
from orderhub.intake.generic import signature
from orderhub.intake.received import Outcome, Received
from orderhub.kernel import clock, postgres
from tests.browsers import hub
from tests.live.house import Server
from tests.promises.channel import Channel, goods
from tests.waiting import until

ORDER = {"number": "T1", "updated_at": clock.now().isoformat(), "status": "paid"}
BODY = msgspec.json.encode({"order": ORDER})


class Door(NamedTuple):
    """The door of a shop on a real port, and how many messages went through it the short way."""

    channel: Channel
    client: httpx.AsyncClient
    server: Server
    port: int
    short: list[bytes]

    async def post(self, name: str, body: bytes = BODY, **said: Any) -> httpx.Response:
        """Post a signed message, over the socket or ``past`` it, straight into the app."""
        client: httpx.AsyncClient = self.channel if said.get("past") else self.client
        headers = self.signed(name, body, **said) | said.get("headers", {})
        path = said.get("path", f"/webhooks/{self.channel.shop_id}")
        return await client.post(path, content=said.get("content", body), headers=headers)

    def signed(self, name: str, body: bytes = BODY, **said: Any) -> dict[str, str]:
        """Return the headers of a message."""
        at, key = clock.now() + said.get("later", timedelta()), said.get("key", self.channel.secret)
        return signature.sign(body, message_id=name, at=at, keys=[key])

    def request(self, name: str, body: bytes = BODY, *more: str) -> bytes:
        """Return a whole request as it goes over the wire."""
        lines = [f"{name}: {value}" for name, value in self.signed(name, body).items()]
        head = (f"POST /webhooks/{self.channel.shop_id} HTTP/1.1", "host: x", f"content-length: {len(body)}")
        return "\r\n".join((*head, *lines, *more, "", "")).encode() + body


@pytest_asyncio.fixture(loop_scope="session")
async def door(clean: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    short, real = list[bytes](), quick_door.take

    def take(scope: Any, body: bytes, told: Any) -> None:
        def noted(receipt: bytes | None) -> None:
            short.extend([receipt] if receipt else [])
            told(receipt)

        real(scope, body, noted)

    monkeypatch.setattr(quick_door, "take", take)
    listener = web_server.listener("127.0.0.1", 0)
    port = listener.getsockname()[1]
    server = Server(uvicorn.Config(hub(), http=Connection, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await until(lambda: server.started)
    async with (
        await Channel.of_a_new_shop(await goods()) as channel,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
    ):
        made = Door(channel, client, server, port, short)
        await made.post("first")  # it finds out who the shop is, and goes to the route for it
        assert short == []
        yield made
    server.should_exit = True
    await serving


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """No batch is done before this is set."""
    real, told = receiving.receive, asyncio.Event()

    async def receive(batch: Sequence[Received]) -> list[Outcome]:
        await told.wait()
        return await real(batch)

    monkeypatch.setattr(receiving, "receive", receive)
    return told


async def kept() -> int:
    count: int = await postgres.fetchval("select count(*) from messages where outside_id <> 'first'")
    return count


async def answers(reader: asyncio.StreamReader, count: int) -> list[str]:
    """Read whole answers off a connection; returns their bodies."""
    bodies = []
    for _ in range(count):
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)).decode()
        assert head.startswith("HTTP/1.1 202 Accepted\r\n"), head
        length = int(head.lower().partition("content-length: ")[2].split("\r\n")[0])
        bodies.append((await reader.readexactly(length)).decode())
    return bodies


async def test_both_ways_answer_the_same(door: Door) -> None:
    short, long = await door.post("m1"), await door.post("m1", past=True)
    assert len(door.short) == 1
    assert (short.status_code, short.json()) == (long.status_code, long.json()) == (202, short.json())
    told = [
        {
            name: value
            for name, value in answer.headers.items()
            if name not in ("x-request-id", "date", "server")
        }
        for answer in (short, long)
    ]
    assert told[0] == told[1]
    assert "date" in short.headers  # which the web server adds to what the app says
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
    door: Door, said: dict[str, Any], status: int, code: str | None
) -> None:
    answer = await door.post("m1", **said)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert code is None or answer.json()["code"] == code
    assert door.short == []
    assert await kept() == 0


async def test_other_methods_go_to_the_route(door: Door) -> None:
    assert (await door.client.get(f"/webhooks/{door.channel.shop_id}")).status_code == 405


async def test_a_large_message_goes_to_the_route_and_is_kept(door: Door) -> None:
    large = msgspec.json.encode({"order": ORDER, "extra": "x" * 300_000})
    assert (await door.post("m1", large)).status_code == 202
    assert door.short == []
    assert await kept() == 1


async def test_who_asks_whether_to_go_on_is_told_so(door: Door) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    head, blank, body = door.request("m1", BODY, "expect: 100-continue").partition(b"\r\n\r\n")
    writer.write(head + blank)
    assert await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20) == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(body)
    assert len(await answers(reader, 1)) == 1
    writer.close()


async def test_requests_one_behind_the_other_are_answered_in_their_order(door: Door) -> None:
    bodies = [msgspec.json.encode({"order": ORDER | {"number": f"T{n}"}}) for n in range(5)]
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(b"".join(door.request(f"m{n}", body) for n, body in enumerate(bodies)))
    told = [msgspec.json.decode(body)["message"] for body in await answers(reader, 5)]
    rows = await postgres.fetch("select id::text, outside_id from messages where outside_id <> 'first'")
    named = {row["id"]: row["outside_id"] for row in rows}
    assert [named[message] for message in told] == [f"m{n}" for n in range(5)]
    assert len(door.short) == 5
    writer.close()


async def test_a_body_that_comes_in_pieces_is_one_message(door: Door) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    told = door.request("m1")
    for at in range(0, len(told), 60):
        writer.write(told[at : at + 60])
        await writer.drain()
        await asyncio.sleep(0.002)
    assert len(await answers(reader, 1)) == len(door.short) == 1
    writer.close()


async def test_who_wants_the_connection_closed_is_answered_and_hung_up_on(door: Door) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(door.request("m1", BODY, "connection: close"))
    assert (await asyncio.wait_for(reader.read(), 20)).startswith(b"HTTP/1.1 202 ")
    writer.close()


async def test_who_has_hung_up_is_taken_in_all_the_same(door: Door, late: asyncio.Event) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(door.request("m1"))
    await until(lambda: door.server.server_state.connections)
    await until(lambda: taking.queue._running)
    writer.close()
    await writer.wait_closed()
    late.set()
    await until(lambda: door.short)
    assert await kept() == 1
    assert (await door.post("m2")).status_code == 202


async def test_a_server_that_ends_answers_what_it_took(door: Door, late: asyncio.Event) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(door.request("m1"))
    await until(lambda: taking.queue._running)
    for connection in list(door.server.server_state.connections):
        connection.shutdown()
    late.set()
    told = (await asyncio.wait_for(reader.read(), 20)).decode()  # to the end: the server hangs up
    assert told.startswith("HTTP/1.1 202 Accepted\r\n")
    assert "\r\nconnection: close\r\n" in told
    assert len(door.short) == await kept() == 1
    writer.close()


async def test_a_database_that_fails_once_is_tried_once_more(
    door: Door, monkeypatch: pytest.MonkeyPatch
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
    assert (await door.post("m1")).status_code == 202
    assert tries == [1, 1]
    assert await kept() == 1


async def test_what_fails_in_the_queue_is_told_by_the_route(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(batch: Sequence[Received]) -> list[Outcome]:
        raise ConnectionResetError("the server went away")

    monkeypatch.setattr(receiving, "receive", away)
    answer = await door.post("m1")
    assert answer.status_code >= 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert door.short == []


async def test_a_full_queue_says_when_to_come_back(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking.queue, "bound", 0)
    answer = await door.post("m1")
    assert (answer.status_code, answer.json()["code"]) == (503, "queue_full")
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("past", [False, True])
async def test_of_two_signatures_the_first_counts_whichever_way_it_comes(door: Door, past: bool) -> None:
    wrong = ("webhook-signature", "v1,AAAA")
    right = [*door.signed("m1").items()]
    for headers, status in (([wrong, *right], 401), ([*right, wrong], 202)):
        client = door.channel if past else door.client
        path = f"/webhooks/{door.channel.shop_id}"
        assert (await client.post(path, content=BODY, headers=headers)).status_code == status


async def test_no_connection_outlives_its_request(door: Door) -> None:
    """Not even until the collector comes, which comes seldom."""
    gc.collect()
    gc.disable()
    try:
        before = _connections()
        for n in range(10):
            reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
            writer.write(door.request(f"m{n}"))
            await answers(reader, 1)
            writer.close()
            await writer.wait_closed()
        assert len(door.short) == 10
        await until(lambda: _connections() <= before)
    finally:
        gc.enable()


def _connections() -> int:
    return sum(isinstance(one, Connection) for one in gc.get_objects())


async def test_a_proxy_in_front_names_the_request(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub(), "proxies", edge.networks(["127.0.0.1"]))
    answer = await door.post("m1", headers={"x-request-id": "sale-1", "x-forwarded-proto": "https"})
    assert answer.headers["x-request-id"] == "sale-1"
    assert "strict-transport-security" in answer.headers
    assert len(door.short) == 1
