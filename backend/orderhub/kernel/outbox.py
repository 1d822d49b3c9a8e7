"""The outbox: letters to the outside, written by moves in their own transaction, delivered once it is committed.

A destination is ``scheme:rest`` ("channel:12"). Whoever speaks a scheme registers its handler here; the worker leases
letters, calls handlers outside any transaction, and settles. A letter arrives at least once, and its id lets the
receiver tell a repeat.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class DeliveryFailed(Exception):
    """The outside did not take a letter; ``reason``: a code of `dead_letters.WHY`, where it helps with ``: what came``.

    ``permanent``: no later try would help. ``wait_seconds``: it asked for time.
    """

    def __init__(self, reason: str, *, permanent: bool, wait_seconds: int = 0) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.wait_seconds = wait_seconds


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A leased letter. ``id`` stays the same over all tries; ``attempts`` counts this one."""

    id: UUID
    destination: str
    subject_id: UUID
    topic: str
    body: dict[str, Any]
    created_at: datetime
    attempts: int
    token: UUID


Handler = Callable[[Delivery], Awaitable[None]]
_handlers: dict[str, Handler] = {}


def handles(scheme: str) -> Callable[[Handler], Handler]:
    """Register who delivers letters to ``scheme:...``. It raises ``DeliveryFailed``, or the letter counts as sent."""

    def keep(handler: Handler) -> Handler:
        _handlers[scheme] = handler
        return handler

    return keep


def handler(destination: str) -> Handler | None:
    """Return who delivers to a destination."""
    return _handlers.get(destination.partition(":")[0])
