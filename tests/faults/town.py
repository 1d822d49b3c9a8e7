"""A whole installation of real processes: two hosts with web processes, two workers, one Redis, one PostgreSQL.

And those who use it: a channel that sells, and a manager whose board is open. Both try again when they get no answer, as
real ones do, so a test may kill what it likes and count afterwards.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from orderhub.accounts import shop_secrets
from orderhub.intake.generic import signature
from orderhub.kernel import clock, postgres
from tests.asking import asking
from tests.fleet.hubs import Running, Served, becomes_well, running
from tests.live.test_viewers import open_session
from tests.people import hire
from tests.placed import shop
from tests.redis_servers import RedisServer
from tests.servers import SystemServer
from tests.waiting import until

VIEW = "board.moves"


class Town:
    """``one`` is a single process, ``other`` a fleet of two; each may stand on a host of its own."""

    def __init__(self, url: str, *, server: SystemServer, redis: RedisServer, data: Path) -> None:
        shared = {
            "DATABASE_URL": url,
            "REDIS_URL": redis.url,
            "ORDERHUB_CALLBACK_HOSTS": "127.0.0.1",
            "ORDERHUB_LOG_LEVEL": "WARNING",
        }
        self.server, self.redis = server, redis
        self.one = Served(data / "one", "--no-worker", **shared)
        self.other = Served(data / "other", "--no-worker", "--processes", "2", **shared)
        self.workers = [Running(data / f"worker-{n}", "worker", **shared) for n in (1, 2)]
        self._verifying = Running(data / "verify", "verify", **shared)

    def forget_redis(self) -> None:
        """Let PostgreSQL be the bus; before anything is started."""
        for command in (self.one, self.other, *self.workers):
            command.forget("REDIS_URL")

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Town"]:
        """Start everything, and end it all when the block ends."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(running(self.one, until_it_says="OrderHub is on"))
            for worker in self.workers:
                await stack.enter_async_context(running(worker, until_it_says="the worker works"))
            await stack.enter_async_context(running(self.other, until_it_says="OrderHub is on"))
            await self.becomes_well()
            yield self

    async def becomes_well(self) -> None:
        """Wait until nothing is ill on either host."""
        for hub in (self.one, self.other):
            await becomes_well(hub)

    @asynccontextmanager
    async def without_redis(self) -> AsyncIterator[None]:
        """Kill Redis, and start it again, empty, when the block ends."""
        await self.redis.stop()
        try:
            yield
        finally:
            await self.redis.start()

    async def tells_over_redis(self, number: str) -> None:
        """Wait until the stream names an order of the channel."""
        order = await postgres.fetchval("select id::text from orders where channel_number = $1", number)
        client = self.redis.client()
        async with asyncio.timeout(10):
            (key,) = await client.keys("orderhub:*:facts")
            while order.encode() not in repr(await client.xrange(key)).encode():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await client.aclose()

    async def verify(self) -> None:
        """Let `orderhub verify` look through everything; it must find nothing."""
        await asyncio.to_thread(self._verifying.open)
        code = await asyncio.to_thread(self._verifying.process.wait, 60)
        assert code == 0, self._verifying.log
        assert "every change is recorded" in self._verifying.log


class Channel:
    """The channel of one shop. A message that got no answer is sent again, under its own id."""

    def __init__(self, shop_id: int, secret: bytes) -> None:
        self.shop_id = shop_id
        self._secret = secret
        self.acknowledged: list[str] = []

    @classmethod
    async def open(cls) -> "Channel":
        """Open a shop that sells one thing."""
        shop_id, _, sku = await shop()
        await postgres.execute(
            "insert into listings (shop_id, outside_sku, sku_id, quantity) values ($1, 'W712', $2, 1)",
            *(shop_id, sku),
        )
        async with postgres.transaction() as tx:
            secret = await shop_secrets.add(tx, shop_id)
        return cls(shop_id, signature.decode_secret(secret))

    async def sell(self, hub: Served, number: str) -> None:
        """Tell a hub of an order, paid already, until it says that it has it."""
        async with asking(hub.address, timeout=15) as client:
            while not await self._tell(client, number):  # noqa: ASYNC110 - the hub is another process
                await asyncio.sleep(0.1)
        self.acknowledged.append(number)

    async def sells(self, count: int) -> None:
        """Wait until so many more orders are acknowledged."""
        wanted = len(self.acknowledged) + count
        await until(lambda: len(self.acknowledged) >= wanted, seconds=60)

    async def _tell(self, client: httpx.AsyncClient, number: str) -> bool:
        body = _paid_order(number)
        headers = signature.sign(body, message_id=f"m-{number}", at=clock.now(), keys=[self._secret])
        try:
            answer = await client.post(f"/webhooks/{self.shop_id}", content=body, headers=headers)
        except httpx.HTTPError:
            return False
        assert answer.status_code in (202, 503), f"{answer.status_code} {answer.text}"
        return answer.status_code == 202

    async def each_order_is_there_once(self) -> None:
        """Every acknowledged order is in the database, and no other; each with its one payment and one parcel."""
        rows = await postgres.fetch(
            """select o.channel_number, o.paid_minor,
                      (select count(*) from shipments s where s.order_id = o.id) as parcels
               from orders o where shop_id = $1""",
            self.shop_id,
        )
        there = Counter(row["channel_number"] for row in rows)
        assert there == Counter(self.acknowledged), (
            f"lost {set(self.acknowledged) - set(there)}, never answered {set(there) - set(self.acknowledged)}"
        )
        odd = [tuple(row) for row in rows if (row["paid_minor"], row["parcels"]) != (2800, 1)]
        assert odd == [], odd


@asynccontextmanager
async def sale(channel: Channel, town: Town, name: str) -> AsyncIterator[None]:
    """Sell on both hosts, four orders under way at any time, until the block ends; then every answer has come."""
    ending = asyncio.Event()

    async def customers(at: int) -> None:
        n = 0
        while not ending.is_set():
            await channel.sell((town.one, town.other)[at % 2], f"{name}-{at}-{n}")
            n += 1

    selling = [asyncio.create_task(customers(at)) for at in range(4)]
    try:
        yield
    finally:
        ending.set()
        await asyncio.wait_for(asyncio.gather(*selling), 60)


class Board:
    """A manager's open board: it connects anew whenever its socket closes, and keeps what it was last sent."""

    def __init__(self, hub: Served, cookie: str) -> None:
        self._hub = hub
        self._headers = {"cookie": cookie}
        self.connected = 0
        self.shown = ""

    @classmethod
    @asynccontextmanager
    async def open(cls, hub: Served) -> AsyncIterator["Board"]:
        """Sign a manager in, and open the board on a host."""
        manager = await hire(f"chen-{uuid4().hex[:8]}", "manager", language="en")
        board = cls(hub, f"session={await open_session(manager)}")
        living = asyncio.create_task(board._live())
        try:
            await board.shows("section", seconds=10)
            yield board
        finally:
            living.cancel()
            with suppress(asyncio.CancelledError):
                await living

    async def shows(self, words: str, *, seconds: float) -> None:
        """Wait until the board shows this."""
        async with asyncio.timeout(seconds):
            while words not in self.shown:  # noqa: ASYNC110 - what comes over the wire sets no Event
                await asyncio.sleep(0.005)

    async def shows_the_order(self, number: str, *, seconds: float) -> None:
        """Wait until the board shows an order of the channel."""
        ours = await postgres.fetchval("select number from orders where channel_number = $1", number)
        await self.shows(ours, seconds=seconds)

    async def is_still_signed_in(self) -> bool:
        """Tell whether the session holds."""
        async with asking(self._hub.address, headers=self._headers) as client:
            return (await client.get("/me")).status_code == 200

    async def _live(self) -> None:
        while True:
            with suppress(OSError, WebSocketException, TimeoutError):
                await self._watch()
            await asyncio.sleep(0.1)

    async def _watch(self) -> None:
        url = f"{self._hub.address.replace('http', 'ws')}/live"
        origin = Origin(self._hub.address)
        async with connect(url, origin=origin, additional_headers=self._headers) as socket:
            self.connected += 1
            await socket.send(json.dumps({"watch": [VIEW], "versions": {}}))
            async for frame in socket:
                if str(frame).startswith("<"):
                    self.shown = str(frame)


def _paid_order(number: str) -> bytes:
    at = "2026-11-22T08:00:00Z"
    told: dict[str, Any] = {
        "number": number,
        "updated_at": at,
        "placed_at": at,
        "status": "placed",
        "currency": "CNY",
        "amounts": {"goods": 2800, "discount": 0, "shipping": 0, "total": 2800},
        "lines": [{"sku": "W712", "name": "机油滤清器", "quantity": 1, "unit_price": 2800, "amount": 2800}],
        "receiver": {
            "name": "王小明",
            "phone": "13812342046",
            "province": "江苏省",
            "address": "星湖街 1 号",
        },
    }
    payment = {"number": f"pay-{number}", "amount": 2800, "at": at}
    return msgspec.json.encode({"order": told, "payments": [payment]})
