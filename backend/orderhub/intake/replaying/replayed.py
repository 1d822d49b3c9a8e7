"""One message of a replayed file, and what every reader of such files offers."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from orderhub.intake.generic.shape import Message


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """A message with the id it always has, so that a second replay is nothing but repetitions."""

    message_id: str
    at: datetime
    message: Message


class OrderFile(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of file: how it is recognised, read, and what a shop needs before its messages can be applied.

    ``skus`` are (code, name) of the goods that must be on sale; ``read`` yields messages in time order.
    """

    name: str
    currency: str
    zone: str
    skus: tuple[tuple[str, str], ...]
    fits: Callable[[Path], bool]
    read: Callable[[Path], Iterator[Replayed]]
