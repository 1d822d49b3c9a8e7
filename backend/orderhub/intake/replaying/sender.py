"""Posts signed messages to a shop's door: many connections, but the messages of one order one after the other."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable
from http import HTTPStatus
from zlib import crc32

import msgspec

from orderhub.intake.generic.shape import encode
from orderhub.intake.replaying.connection import Answer, Connection, Lost
from orderhub.intake.replaying.delivering import Delivery, Door, Pause
from orderhub.intake.replaying.progress import Progress
from orderhub.intake.replaying.replayed import Replayed

_LANE_LENGTH = 64

Lane = asyncio.Queue[tuple[int, Replayed] | None]


class Outcome(msgspec.Struct, kw_only=True):
    """What became of the messages sent in this run; a refusal other than a closed door concerns one message."""

    acknowledged: int = 0
    refused: Counter[int] = msgspec.field(default_factory=Counter)
    retries: int = 0


class Sender:
    """One run of sending. ``on_answer`` hears of each message that is done with."""

    def __init__(
        self,
        door: Door,
        progress: Progress,
        *,
        on_answer: Callable[[], None] = lambda: None,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self.outcome = Outcome()
        self._door, self._progress = door, progress
        self._on_answer, self._pause = on_answer, pause
        self._delivery = Delivery(door, on_retry=self._count_retry, pause=pause)

    async def send(self, messages: Iterable[Replayed]) -> Outcome:
        """Send what is not acknowledged yet; returns when all is, and remembers how far it came whatever happens."""
        lanes = [Lane(_LANE_LENGTH) for _ in range(self._door.connections)]
        try:
            async with asyncio.TaskGroup() as group:
                for lane in lanes:
                    group.create_task(self._work(lane))
                group.create_task(self._deal(messages, lanes))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        finally:
            self._progress.write()
        self._progress.forget()
        return self.outcome

    async def _deal(self, messages: Iterable[Replayed], lanes: list[Lane]) -> None:
        """Give each message to its order's lane, when its time has come."""
        started, first = time.monotonic(), None
        begin = self._progress.mark
        for position, message in enumerate(messages):
            if position < begin:
                continue
            first = first or message.at
            if self._door.speed > 0:
                due = started + (message.at - first).total_seconds() / self._door.speed
                await self._pause(max(0.0, due - time.monotonic()))
            lane = crc32(message.message.order.number.encode()) % len(lanes)
            await lanes[lane].put((position, message))
        for queue in lanes:
            await queue.put(None)

    async def _work(self, lane: Lane) -> None:
        connection = Connection(self._door.url)
        try:
            while (item := await lane.get()) is not None:
                position, message = item
                body = encode(message.message)
                status = (await self._delivery.deliver(connection, message.message_id, body)).status
                if status < HTTPStatus.MULTIPLE_CHOICES:
                    self.outcome.acknowledged += 1
                else:
                    self.outcome.refused[status] += 1
                self._progress.acknowledge(position)
                self._on_answer()
        finally:
            connection.close()

    def _count_retry(self, _: Answer | Lost) -> None:
        self.outcome.retries += 1
