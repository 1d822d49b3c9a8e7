"""What is told, and what it takes to tell it; and two that tell nobody, for tests and for a hub that must be silent."""

from typing import Protocol

import msgspec


class Callback(msgspec.Struct, frozen=True, kw_only=True):
    """One message for one address: signed headers, and the very bytes they vouch for."""

    url: str
    headers: dict[str, str]
    body: bytes


class Caller(Protocol):
    """Whoever brings callbacks to their addresses."""

    async def call(self, callback: Callback) -> None:
        """Return when it arrived; raises ``DeliveryFailed``, whose ``permanent`` says whether to try again."""


class NullCaller:
    """Brings nothing anywhere, and says it did."""

    async def call(self, callback: Callback) -> None:
        """Forget it."""


class MemoryCaller:
    """Keeps what it was given; ``failures`` are raised first, one a call."""

    def __init__(self, *failures: Exception) -> None:
        self.calls: list[Callback] = []
        self.failures = list(failures)

    async def call(self, callback: Callback) -> None:
        """Keep it, or fail as told."""
        if self.failures:
            raise self.failures.pop(0)
        self.calls.append(callback)
