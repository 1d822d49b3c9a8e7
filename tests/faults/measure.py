"""Figures for docs/scaling.md: `python -m tests.faults.measure` starts the town of the fault tests, and takes times.

They are read, not asserted: they depend on the machine, on which everything here runs together.
"""

import asyncio
import signal
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import psutil
from websockets.asyncio.client import connect
from websockets.typing import Origin

from orderhub.kernel import secrets
from tests.faults.town import Board, Channel, Town
from tests.fleet.hubs import SECRET, Served
from tests.redis_servers import RedisServer
from tests.servers import Servers, SystemServer, elsewhere

_ORDERS = 100
_SOCKETS = 28  # strangers of one address may have 32 in each process


async def main() -> None:
    """Measure with Redis as the bus, and what changes without it."""
    secrets.open_root(SECRET)
    servers, redis = Servers(), RedisServer()
    server = servers.get("postgresql-15")
    assert isinstance(server, SystemServer)
    await redis.start()
    try:
        for bus in ("redis", "postgresql"):
            url = await servers.new_database("postgresql-15")
            with tempfile.TemporaryDirectory(prefix="orderhub-town-") as data:
                town = Town(url, server=server, redis=redis, data=Path(data))
                if bus == "postgresql":
                    town.forget_redis()
                async with elsewhere(url), town.open():
                    await _seen(town, bus)
                    if bus == "redis":
                        await _healing(town)
    finally:
        await redis.stop()
        servers.stop()


async def _seen(town: Town, bus: str) -> None:
    channel = await Channel.open()
    async with Board.open(town.other) as board:
        await channel.sell(town.one, f"warm-{bus}")
        await board.shows_the_order(f"warm-{bus}", seconds=10)
        took = await _take(_ORDERS, bus, town=town, channel=channel, board=board)
    _say(f"answered on one host, on a board of the other, over {bus}", took)


async def _take(orders: int, name: str, *, town: Town, channel: Channel, board: Board) -> list[float]:
    """Return for each order how long after its acknowledgement the board shows it, in seconds."""
    took = []
    for n in range(orders):
        await channel.sell(town.one, f"{name}-{n}")
        began = time.perf_counter()
        await board.shows_the_order(f"{name}-{n}", seconds=10)
        took.append(time.perf_counter() - began)
    return took


async def _healing(town: Town) -> None:
    channel = await Channel.open()
    await _balance(town.other)
    for process in (psutil.Process(town.other.process.pid), *town.other.members("web")):
        print(f"memory of {process.pid}: {process.memory_info().rss / 2**20:.0f} MiB")
    (killed, _) = town.other.members("web")
    with _timed("a web process killed with -9, until its follower serves"):
        killed.send_signal(signal.SIGKILL)
        await channel.sell(town.other, "killed")
        await asyncio.sleep(0.6)
        await town.becomes_well()
    await asyncio.to_thread(town.server.restart)
    with _timed("PostgreSQL is back after a crash, until the next order is acknowledged"):
        await channel.sell(town.one, "crashed")
    await town.becomes_well()
    await town.redis.stop()
    async with Board.open(town.other) as board:
        _say("the same while Redis is away", await _take(10, "away", town=town, channel=channel, board=board))
    await town.redis.start()
    with _timed("Redis is back, until nothing is ill"):
        await town.becomes_well()
    await town.verify()


async def _balance(hub: Served) -> None:
    origin, url = Origin(hub.address), f"{hub.address.replace('http', 'ws')}/live?public"
    async with AsyncExitStack() as stack:
        for _ in range(_SOCKETS):
            await stack.enter_async_context(connect(url, origin=origin))
        here = Counter[int]()
        for process in hub.members("web"):
            for one in process.net_connections("tcp"):
                here[process.pid] += one.status == psutil.CONN_ESTABLISHED and one.laddr.port == hub.port
        print(f"{_SOCKETS} sockets on two processes: {sorted(here.values())}")


@contextmanager
def _timed(what: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - began:.1f} s")


def _say(what: str, took: list[float]) -> None:
    ordered = sorted(seconds * 1000 for seconds in took)
    p95 = ordered[int(len(ordered) * 0.95) - 1]
    print(f"{what}: median {statistics.median(ordered):.0f} ms, p95 {p95:.0f} ms, most {ordered[-1]:.0f} ms")


if __name__ == "__main__":
    asyncio.run(main())
