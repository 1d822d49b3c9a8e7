"""The one place where the time comes from: aware, UTC, and stoppable in tests."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_stopped: ContextVar[datetime | None] = ContextVar("stopped", default=None)


def now() -> datetime:
    """Return the present moment, in UTC."""
    return _stopped.get() or datetime.now(UTC)


def milliseconds() -> int:
    """Return the present moment, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000 if _stopped.get() is None else int(now().timestamp() * 1000)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Stop the clock at a moment, for this task and those it starts."""
    if at.tzinfo is None:
        raise ValueError(f"expected an aware time, got {at.isoformat()}")
    token = _stopped.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _stopped.reset(token)
