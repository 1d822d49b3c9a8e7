"""The echo: how long what this process says on the bus is on its way until it comes back; what others say is as old.

Both ways hand a process its own messages too, so nothing is asked and no two clocks are compared. Where nothing is to be
said for a while an empty message is, so that a bus that is away shows also in a quiet night.
"""

import asyncio


class Echo:
    """Listens for itself; measures one message at a time."""

    def __init__(self) -> None:
        self._clock = asyncio.get_running_loop().time
        self._said_at: float | None = None
        self._last = 0.0

    def said(self) -> None:
        """Note that a message leaves."""
        if self._said_at is None:
            self._said_at = self._clock()

    def heard(self) -> None:
        """Note that a message of ours came back."""
        if self._said_at is not None:
            self._last, self._said_at = self._clock() - self._said_at, None

    def lag_seconds(self) -> float:
        """Return how long the last one took, or how long one has been waited for, whichever is longer."""
        waited = 0.0 if self._said_at is None else self._clock() - self._said_at
        return max(self._last, waited)
