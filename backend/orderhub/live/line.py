"""What both buses have in common: messages wait for a loop that sends them, another loop listens, and both end in order."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from orderhub import supervision
from orderhub.kernel.bus import Message
from orderhub.live.echo import Echo
from orderhub.live.waiting import Waiting


class Line(ABC):
    """A line to the other processes; ``needed``: whether this one is ill while the line is down."""

    def __init__(self, *, needed: bool) -> None:
        self.echo = Echo()
        self._waiting = Waiting()
        self._needed = needed
        self._loops: list[supervision.Loop] = []

    def start(self, *, listening: bool = True) -> None:
        """Begin sending, and listening unless nobody in this process wants to know."""
        self._loops.append(supervision.start("bus.send", self._send, needed=self._needed))
        if listening:
            self._loops.append(supervision.start("bus.listen", self._listen, needed=self._needed))

    async def stop(self) -> None:
        """Send what still waits, for a second at most, and end."""
        await self._waiting.emptied(patience_seconds=1)
        for loop in self._loops:
            await loop.stop()

    @property
    def unsent(self) -> int:
        """Return how many messages still wait to be sent."""
        return len(self._waiting)

    def send(self, messages: Sequence[Message]) -> None:
        """Queue messages for the sending loop."""
        self._waiting.add(messages)

    @abstractmethod
    async def _send(self) -> None:
        """Bring what waits to the others, until it fails or is ended."""

    @abstractmethod
    async def _listen(self) -> None:
        """Hear what the others say, until it fails or is ended."""
