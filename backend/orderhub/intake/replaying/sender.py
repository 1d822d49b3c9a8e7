"""Posts signed messages to a shop's door: many connections, but the messages of one order one after the other.

What the door cannot take now (5xx, 408, 425, 429, a lost connection) is sent again, newly signed, until patience ends;
a door that does not know us (401, 403, 404, 405) ends the replay; any other refusal concerns one message and is counted.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from http import HTTPStatus
from zlib import crc32

import msgspec

from orderhub.intake.generic.shape import encode
from orderhub.intake.generic.signature import sign
from orderhub.intake.reasons import shown
from orderhub.intake.replaying.connection import Answer, Connection, Lost
from orderhub.intake.replaying.progress import Progress
from orderhub.intake.replaying.refusals import DoorClosed, DoorUnreachable
from orderhub.intake.replaying.replayed import Replayed
from orderhub.kernel import clock

_NOT_NOW = frozenset({408, 425, 429})
_NOT_US = frozenset({401, 403, 404, 405})
_LANE_LENGTH = 64
_LONGEST_PAUSE_SECONDS = 10.0

Pause = Callable[[float], Awaitable[None]]
Lane = asyncio.Queue[tuple[int, Replayed] | None]


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """Where to send, and how hard to try. ``speed`` is times real time; 0 is as fast as possible."""

    url: str
    keys: Sequence[bytes]
    connections: int = 8
    speed: float = 0
    patience_seconds: float = 600


class Outcome(msgspec.Struct, kw_only=True):
    """What became of the messages sent in this run."""

    acknowledged: int = 0
    refused: Counter[int] = msgspec.field(default_factory=Counter)
    retries: int = 0


async def knock(door: Door) -> None:
    """See whether anybody is there at all, before anything is sent; patience is for a hub that goes away later."""
    connection = Connection(door.url)
    try:
        await connection.open()
    except Lost as lost:
        raise DoorUnreachable(url=door.url, said=_told(lost)) from None
    finally:
        connection.close()


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
                status = await self._deliver(connection, message)
                if status < HTTPStatus.MULTIPLE_CHOICES:
                    self.outcome.acknowledged += 1
                else:
                    self.outcome.refused[status] += 1
                self._progress.acknowledge(position)
                self._on_answer()
        finally:
            connection.close()

    async def _deliver(self, connection: Connection, message: Replayed) -> int:
        """Send one message until the door has said something final; return the status."""
        body, began, attempt = encode(message.message), time.monotonic(), 0
        while True:
            answer = await self._attempt(connection, message.message_id, body)
            if isinstance(answer, Answer) and answer.status in _NOT_US:
                raise DoorClosed(url=self._door.url, said=_told(answer))
            if isinstance(answer, Answer) and _is_final(answer.status):
                return answer.status
            if time.monotonic() - began > self._door.patience_seconds:
                raise DoorUnreachable(url=self._door.url, said=_told(answer))
            self.outcome.retries += 1
            await self._pause(_pause_seconds(answer, attempt))
            attempt += 1

    async def _attempt(self, connection: Connection, message_id: str, body: bytes) -> Answer | Lost:
        headers = sign(body, message_id=message_id, at=clock.now(), keys=self._door.keys)
        headers["content-type"] = "application/json"
        try:
            return await connection.post(body, headers)
        except Lost as lost:
            return lost


def _pause_seconds(answer: Answer | Lost, attempt: int) -> float:
    """Grow from 0.2 s to 10 s, spread at random, so that all lanes do not knock at once; Retry-After counts as a floor."""
    longest = min(_LONGEST_PAUSE_SECONDS, 0.2 * 2 ** min(attempt, 10))
    wished = answer.retry_after if isinstance(answer, Answer) else ""
    floor = min(float(wished), 60.0) if wished.isascii() and wished.isdigit() else 0.0
    return floor + random.uniform(longest / 2, longest)


def _is_final(status: int) -> bool:
    return status < 500 and status not in _NOT_NOW


def _told(answer: Answer | Lost) -> str:
    return f"{answer.status} {shown(answer.text)}" if isinstance(answer, Answer) else shown(str(answer))
