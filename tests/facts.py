"""What is said on the bus in tests, and what this process hears of it."""

from collections.abc import Iterator, Sequence
from uuid import uuid4

import pytest

from orderhub.kernel import bus
from orderhub.kernel.bus import Fact, Message


def fact(stage: str = "paid") -> Fact:
    """A fact of an order of shop 1."""
    order = uuid4()
    return Fact(kind="order", subject=order, root=order, stage=stage, shop=1, warehouse=None)


@pytest.fixture
def heard() -> Iterator[list[Sequence[Message] | None]]:
    """Everything this process hears, in order."""
    messages: list[Sequence[Message] | None] = []
    stop = bus.listen(messages.append)
    yield messages
    stop()
