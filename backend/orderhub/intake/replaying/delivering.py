"""One message to a shop's door, signed, until the door has said something final.

What the door cannot take now (5xx, 408, 425, 429, a lost connection) is sent again under the same id, newly signed, until
patience ends; a door that does not know us (401, 403, 404, 405) ends everything.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from orderhub.intake.generic.signature import sign
from orderhub.intake.reasons import shown
from orderhub.intake.replaying.connection import Answer, Connection, Lost
from orderhub.intake.replaying.refusals import DoorClosed, DoorUnreachable
from orderhub.kernel import clock

_NOT_NOW = frozenset({408, 425, 429})
_NOT_US = frozenset({401, 403, 404, 405})
_LONGEST_PAUSE_SECONDS = 10.0

Pause = Callable[[float], Awaitable[None]]


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """Where to send, and how hard to try. ``speed`` is times real time; 0 is as fast as possible."""

    url: str
    keys: Sequence[bytes]
    connections: int = 8
    speed: float = 0
    patience_seconds: float = 600


async def knock(door: Door) -> None:
    """See whether anybody is there at all, before anything is sent; patience is for a hub that goes away later."""
    connection = Connection(door.url)
    try:
        await connection.open()
    except Lost as lost:
        raise DoorUnreachable(url=door.url, said=_told(lost)) from None
    finally:
        connection.close()


class Line(Protocol):
    """A connection, or several of which one is free."""

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send one request and return its answer; raises Lost when there is none."""


class Delivery:
    """Delivers to one door. ``on_retry`` hears of each attempt that comes to nothing, before it is made again."""

    def __init__(
        self, door: Door, *, on_retry: Callable[[Answer | Lost], None], pause: Pause = asyncio.sleep
    ) -> None:
        self._door, self._on_retry, self._pause = door, on_retry, pause

    async def deliver(self, line: Line, message_id: str, body: bytes) -> Answer:
        """Send one message until the door has said something final, and return that."""
        began, attempt = time.monotonic(), 0
        while True:
            answer = await self._attempt(line, message_id, body)
            if isinstance(answer, Answer) and answer.status in _NOT_US:
                raise DoorClosed(url=self._door.url, said=_told(answer))
            if isinstance(answer, Answer) and _is_final(answer.status):
                return answer
            if time.monotonic() - began > self._door.patience_seconds:
                raise DoorUnreachable(url=self._door.url, said=_told(answer))
            self._on_retry(answer)
            await self._pause(_pause_seconds(answer, attempt))
            attempt += 1

    async def _attempt(self, line: Line, message_id: str, body: bytes) -> Answer | Lost:
        headers = sign(body, message_id=message_id, at=clock.now(), keys=self._door.keys)
        headers["content-type"] = "application/json"
        try:
            return await line.post(body, headers)
        except Lost as lost:
            return lost


def _pause_seconds(answer: Answer | Lost, attempt: int) -> float:
    """Grow from 0.2 s to 10 s, spread at random, so that all do not knock at once; Retry-After counts as a floor."""
    longest = min(_LONGEST_PAUSE_SECONDS, 0.2 * 2 ** min(attempt, 10))
    wished = answer.retry_after if isinstance(answer, Answer) else ""
    floor = min(float(wished), 60.0) if wished.isascii() and wished.isdigit() else 0.0
    return floor + random.uniform(longest / 2, longest)


def _is_final(status: int) -> bool:
    return status < 500 and status not in _NOT_NOW


def _told(answer: Answer | Lost) -> str:
    return f"{answer.status} {shown(answer.text)}" if isinstance(answer, Answer) else shown(str(answer))
