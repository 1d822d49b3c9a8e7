"""The run itself: an open loop. Orders come when buyers come, whether or not the ones before them were answered.

So a hub that falls behind cannot slow down who asks: an order's time counts from the moment it was due, what it stood in a queue
(here or there) included. Buyers come at random, as many as were asked for on average.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus

import msgspec

from orderhub.intake.load.orders import Orders, Rehearsed
from orderhub.intake.replaying.connection import Answer, Connection, Lost
from orderhub.intake.replaying.delivering import Delivery, Door
from orderhub.intake.replaying.refusals import DoorUnreachable


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one order. ``status``: 0 when patience ended without an answer. ``seconds``: since it was due."""

    order: Rehearsed
    status: int
    said: str
    seconds: float

    @property
    def is_acknowledged(self) -> bool:
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


class Run:
    """One run. ``on_change`` is called whenever a figure changed."""

    def __init__(
        self, door: Door, orders: Orders, *, count: int, rate: float, on_change: Callable[[], None]
    ) -> None:
        self.count, self.rate = count, rate
        self.answered: list[Answered] = []
        self.came = self.most_waiting = 0
        self.again: Counter[str] = Counter()  # attempts that had to be made again, by what was answered
        self.came_seconds = self.seconds = 0.0
        self._orders, self._on_change = orders, on_change
        self._lines = _Lines(door)
        self._delivery = Delivery(door, on_retry=self._note_retry)

    @property
    def waiting(self) -> int:
        """How many orders came and have no answer yet."""
        return self.came - len(self.answered)

    async def go(self, stop: asyncio.Event) -> None:
        """Run until every order has its answer; once ``stop`` is set no more orders come."""
        began = time.monotonic()
        try:
            async with asyncio.TaskGroup() as group:
                await self._come(group, stop)
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        finally:
            self.seconds = time.monotonic() - began
            self._lines.hang_up()

    async def _come(self, group: asyncio.TaskGroup, stop: asyncio.Event) -> None:
        began, lasts = time.monotonic(), self.count / self.rate
        for nth, moment in enumerate(sorted(random.uniform(0, lasts) for _ in range(self.count)), 1):
            if await _until(began + moment, stop):
                break
            group.create_task(self._ask(self._orders.make(nth), began + moment))
            self.came += 1
            self.most_waiting = max(self.most_waiting, self.waiting)
            self._on_change()
        self.came_seconds = time.monotonic() - began if stop.is_set() else lasts

    async def _ask(self, order: Rehearsed, due: float) -> None:
        try:
            answer = await self._delivery.deliver(self._lines, order.message_id, order.body)
            status, said = answer.status, answer.text
        except DoorUnreachable as gone:
            status, said = 0, str(gone.data["said"])
        seconds = time.monotonic() - due
        self.answered.append(Answered(order=order, status=status, said=said, seconds=seconds))
        self._on_change()

    def _note_retry(self, answer: Answer | Lost) -> None:
        self.again[str(answer.status) if isinstance(answer, Answer) else "lost"] += 1
        self._on_change()


class _Lines:
    """So many connections at most, held only while something is asked: what waits to try again holds none."""

    def __init__(self, door: Door) -> None:
        self._all = [Connection(door.url) for _ in range(door.connections)]
        self._free = asyncio.LifoQueue[Connection]()
        for connection in self._all:
            self._free.put_nowait(connection)

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send one request as soon as a connection is free."""
        connection = await self._free.get()
        try:
            return await connection.post(body, headers)
        finally:
            self._free.put_nowait(connection)

    def hang_up(self) -> None:
        for connection in self._all:
            connection.close()


async def _until(moment: float, stop: asyncio.Event) -> bool:
    """Wait for a moment; True when we are told to stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), max(0.0, moment - time.monotonic()))
    return stop.is_set()
