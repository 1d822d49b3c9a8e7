"""What a process still has to say on the bus: kept in order while the way is away, up to a bound."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress

from orderhub.kernel.bus import Message

logger = logging.getLogger(__name__)

_KEPT = 100_000  # above it the catch-up has to do
_AT_ONCE = 5_000
_QUIET_SECONDS = 5.0


class Waiting:
    """Messages that wait for the sending loop, which looks at the ``next()`` ones, and drops what was ``sent()``."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._filled, self._emptied = asyncio.Event(), asyncio.Event()

    def __len__(self) -> int:
        return len(self._messages)

    def add(self, messages: Sequence[Message]) -> None:
        """Take messages, as many as there is room for."""
        room = _KEPT - len(self._messages)
        if room < len(messages):
            logger.warning("the bus is away; %d messages left to the catch-up", len(messages) - room)
        self._messages.extend(messages[:room])
        self._emptied.clear()
        self._filled.set()

    async def next(self) -> list[Message]:
        """Return the oldest messages, as soon as there are any; they stay until they are ``sent``. None in a quiet while."""
        if not self._messages:
            self._filled.clear()
            self._emptied.set()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._filled.wait(), _QUIET_SECONDS)
        return self._messages[:_AT_ONCE]

    def sent(self, messages: Sequence[Message]) -> None:
        """Drop the oldest messages: they are on their way."""
        del self._messages[: len(messages)]

    async def emptied(self, *, patience_seconds: float) -> None:
        """Return when everything was sent, or after a while."""
        if self._messages:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._emptied.wait(), patience_seconds)
