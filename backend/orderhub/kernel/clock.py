"""The one place where the time comes from: aware, UTC, and stoppable in tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_stopped: ContextVar[datetime | None] = ContextVar("stopped", default=None)


def now() -> datetime:
    """Return the present moment, in UTC."""
    return _stopped.get() or datetime.now(UTC)


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
