"""The bus: after a COMMIT, every process hears what changed. It carries facts, never data or HTML.

What is lost on the way is found again by ``kernel.catchup``; so publishing never blocks, and never fails a verb.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias
from uuid import UUID

import msgspec

from orderhub.kernel.postgres import Transaction

logger = logging.getLogger(__name__)


class Fact(msgspec.Struct, frozen=True, kw_only=True, array_like=True, tag="fact"):
    """A subject changed, and now stands in this stage. ``changed`` is the transaction that did it, where known."""

    kind: str
    subject: UUID
    root: UUID
    stage: str
    shop: int
    warehouse: int | None
    changed: int = 0


class RightsChanged(msgspec.Struct, frozen=True, array_like=True, tag="rights"):
    """An actor's session ended, or their roles, shops or warehouses are others: live connections are checked anew."""

    actor: str


Message: TypeAlias = Fact | RightsChanged
# None: more changed than can be named, so everything shown may be old.
Listener: TypeAlias = Callable[[Sequence[Message] | None], None]


class Bus(Protocol):
    """What carries messages to the other processes."""

    def send(self, messages: Sequence[Message]) -> None:
        """Take messages to be sent; return at once."""


_bus: Bus | None = None
_listeners: list[Listener] = []


def use(bus: Bus | None) -> None:
    """Set what carries this process's messages to the others; None keeps them at home."""
    global _bus
    _bus = bus


def publish(messages: Sequence[Message]) -> None:
    """Tell this process at once, and the others soon. Call it after COMMIT; it neither waits nor raises."""
    hear(messages)
    try:
        if _bus is not None:
            _bus.send(messages)
    except Exception:
        logger.exception("%d messages were not sent", len(messages))


def publish_after(tx: Transaction, messages: Sequence[Message]) -> None:
    """Publish once this transaction is committed."""

    async def tell() -> None:
        publish(messages)

    tx.after_commit(tell)


def listen(listener: Listener) -> Callable[[], None]:
    """Call ``listener`` with whatever is heard; it must not wait. Returns how to stop."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def hear(messages: Sequence[Message] | None) -> None:
    """Hand messages that arrived to the listeners of this process."""
    for listener in tuple(_listeners):
        try:
            listener(messages)
        except Exception:
            logger.exception("a listener of the bus failed")
