"""The bus over one Redis stream: the way between processes where REDIS_URL is set.

Everybody appends, and reads on from the last entry they read, so what passed while a connection was down is read
afterwards. Where that is impossible (the stream was lost, Redis came back empty, or the stream was trimmed past
us) ``on_loss`` is called; ``on_gap`` whenever something may have been missed: reading broke or began, a message was
unreadable. A Redis that is away stops nobody: the catch-up finds what changed within 2 s.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import msgspec
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from orderhub.kernel import bus
from orderhub.live.line import Line
from orderhub.live.postgres_bus import QUIET, chunks, decoded
from orderhub.storage import redis_server

KEPT = 10_000  # entries, about; each holds what one process said at once
_AT_ONCE = 500
_BLOCK_SECONDS = 2.0
_PATIENCE_SECONDS = 5.0  # for any answer; longer than Redis may block

_Id = tuple[int, int]
_BEGINNING: _Id = (0, 0)


class RedisBus(Line):
    """Sends on one connection, and reads on another; both come back by themselves, and the web serves without them."""

    def __init__(self, *, on_gap: Callable[[], None], on_loss: Callable[[], None]) -> None:
        super().__init__(needed=False)
        self._on_gap, self._on_loss = on_gap, on_loss
        self._key = f"{redis_server.prefix()}facts"
        self._name = uuid4().hex.encode()
        self._last: _Id | None = None

    async def _send(self) -> None:
        async with redis_server.connected(_PATIENCE_SECONDS) as redis:
            await (
                redis.ping()
            )  # so that a Redis that is away shows in /readyz before somebody has to say something
            while True:
                batch = await self._waiting.next()
                self.echo.said()
                async with redis.pipeline(transaction=False) as saying:
                    for chunk in list(chunks(batch)) or [QUIET]:
                        entry = {b"from": self._name, b"said": chunk.encode()}
                        saying.xadd(self._key, entry, maxlen=KEPT, approximate=True)  # type: ignore[arg-type]
                    await saying.execute()
                self._waiting.sent(batch)

    async def _listen(self) -> None:
        try:
            async with redis_server.connected(_PATIENCE_SECONDS) as redis:
                await self._take_up(redis)
                while True:
                    await self._read(redis)
        finally:
            self._on_gap()

    async def _take_up(self, redis: Redis) -> None:
        """Begin with what comes from now on, or go on where reading broke off."""
        if self._last is None:
            self._last = (await self._bounds(redis))[1]
        else:
            await self._require_joined(redis, self._last)
        self._on_gap()

    async def _read(self, redis: Redis) -> None:
        before = self._last or _BEGINNING
        after = f"{before[0]}-{before[1]}"
        found: Any = await redis.xread({self._key: after}, count=_AT_ONCE, block=int(_BLOCK_SECONDS * 1000))
        entries = found[0][1] if found else []
        for entry, fields in entries:
            self._last = _id(entry)
            self._hear(fields)
        # Whoever reads fewer than there may be was not overtaken by the trimming, and has what there is.
        if len(entries) in (0, _AT_ONCE):
            await self._require_joined(redis, before)

    async def _require_joined(self, redis: Redis, last: _Id) -> None:
        """Say that something was lost unless the entry read last is still followed by all that came after it."""
        oldest, newest = await self._bounds(redis)
        if newest < last:  # another stream: begin with its beginning
            self._last = _BEGINNING
            self._on_loss()
        elif last < (newest if oldest is None else oldest):
            self._on_loss()

    async def _bounds(self, redis: Redis) -> tuple[_Id | None, _Id]:
        """Return the oldest entry there is, and the newest there ever was."""
        try:
            told: Any = await redis.xinfo_stream(self._key)
        except ResponseError as error:
            if "no such key" not in str(error):
                raise
            return None, _BEGINNING
        first = told["first-entry"]
        return _id(first[0]) if first else None, _id(told["last-generated-id"])

    def _hear(self, fields: dict[bytes, bytes]) -> None:
        if fields.get(b"from") == self._name:
            self.echo.heard()
            return  # told to this process when it was published
        try:
            messages = decoded(fields[b"said"])
        except (msgspec.DecodeError, KeyError):  # from a release that knows more kinds of messages
            self._on_gap()
        else:
            if messages:
                bus.hear(messages)


def _id(said: bytes) -> _Id:
    milliseconds, _, number = said.partition(b"-")
    return int(milliseconds), int(number)
