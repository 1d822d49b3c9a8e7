"""Fits a message into what is known of its order, so that no order or repetition of messages changes the outcome.

Content (when placed, lines, amounts, receiver, remark) is the last writer's, group by group: the later version wins,
and of two with one version the one with the greater digest. Payments and refunds are sets by their number; the row of
a repeated number is the last writer's too. Statuses and parcel events are facts: once known they stay known.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Literal, NamedTuple, TypeVar, get_args

import msgspec

from orderhub.intake.contract import (
    Amounts,
    LineIn,
    MoneyIn,
    MoneyKind,
    OrderMessage,
    OrderStatus,
    ReceiverIn,
    ShipmentStatus,
)

Group = Literal["placed_at", "lines", "amounts", "receiver", "remark"]
GROUPS: tuple[Group, ...] = get_args(Group)


class Mark(msgspec.Struct, frozen=True):
    """Who wrote last: the message's version and digest; for a group also the digest of what was written."""

    version: datetime
    message: str
    content: str = ""

    def beats(self, other: "Mark | None") -> bool:
        """Say whether this writer comes after the other."""
        return other is None or (self.version, self.message) > (other.version, other.message)


class Money(msgspec.Struct, frozen=True):
    """One payment or refund row of an order."""

    kind: MoneyKind
    number: str
    amount_minor: int
    at: datetime


class ParcelEvent(NamedTuple):
    """What a parcel went through; with its earliest time it is one fact."""

    number: str | None
    waybill: str | None
    carrier: str | None
    status: ShipmentStatus


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """The groups the last writer wins; None where nothing was said (in `Known`) or is new (in `News`)."""

    placed_at: datetime | None = None
    lines: tuple[LineIn, ...] | None = None
    amounts: Amounts | None = None
    receiver: ReceiverIn | None = None
    remark: str | None = None


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What an order remembers of its messages. Nothing of it depends on the order in which they came.

    ``marks`` is keyed by group, and by ``payment:<number>`` and ``refund:<number>``. Of the content, ``weigh`` needs
    only the marks; ``orderhub.intake.standing`` needs lines and amounts too. ``earliest`` is the least version heard.
    """

    earliest: datetime | None = None
    marks: dict[str, Mark] = {}
    content: Content = Content()
    money: dict[str, Money] = {}
    events: dict[ParcelEvent, datetime] = {}
    statuses: frozenset[OrderStatus] = frozenset()


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What a message adds. ``marks`` may advance without anything else: they must be stored all the same."""

    earliest: datetime | None = None
    marks: dict[str, Mark] = {}
    content: Content = Content()
    money: dict[str, Money] = {}
    events: dict[ParcelEvent, datetime] = {}
    statuses: frozenset[OrderStatus] = frozenset()

    @property
    def says_something(self) -> bool:
        """Whether anything a person would see changes."""
        return bool(self.content != Content() or self.money or self.events or self.statuses)


_Facts = TypeVar("_Facts", Known, News)
_Marks = dict[str, Mark]
_SILENT = Content()
_encode = msgspec.json.Encoder(order="deterministic").encode


def weigh(known: Known, message: OrderMessage, *, key: bytes) -> News:
    """Return what is new in a message. The key (at most 64 bytes) keeps digests of receivers from being guessed."""
    keyed = _keyed(key)
    writer = Mark(message.version, _digest_of(message, keyed))
    group_marks, content = _new_content(known, message, writer, keyed)
    money_marks, money = _new_money(known, message, writer)
    return News(
        earliest=message.version if known.earliest is None or message.version < known.earliest else None,
        marks=group_marks | money_marks,
        content=content,
        money=money,
        events=_new_events(known, message),
        statuses=frozenset() if message.status is None else frozenset({message.status}) - known.statuses,
    )


def merge(known: Known, news: News) -> Known:
    """Return what is known afterwards."""
    return _joined(known, news)


def fold(known: Known, messages: Iterable[OrderMessage], *, key: bytes) -> tuple[Known, News]:
    """Take several messages at once: waiting ones when their order appears. Return the knowledge and all that is new."""
    total = News()
    for message in messages:
        news = weigh(known, message, key=key)
        known, total = merge(known, news), _joined(total, news)
    return known, total


def _joined(before: _Facts, news: News) -> _Facts:
    return msgspec.structs.replace(
        before,
        earliest=news.earliest or before.earliest,
        marks=before.marks | news.marks,
        content=_later(before.content, news.content),
        money=before.money | news.money,
        events=before.events | news.events,
        statuses=before.statuses | news.statuses,
    )


def _later(before: Content, after: Content) -> Content:
    if before == _SILENT:
        return after
    said = {group: value for group in GROUPS if (value := getattr(after, group)) is not None}
    return msgspec.structs.replace(before, **said) if said else before


def _new_content(known: Known, message: OrderMessage, writer: Mark, keyed: blake2b) -> tuple[_Marks, Content]:
    marks: dict[str, Mark] = {}
    changed: dict[str, Any] = {}
    for group in GROUPS:
        value, before = getattr(message, group), known.marks.get(group)
        if value is None or not writer.beats(before):
            continue
        digest = _digest(value, keyed)
        marks[group] = Mark(writer.version, writer.message, digest)
        if before is None or before.content != digest:
            changed[group] = value
    return marks, Content(**changed)


def _new_money(known: Known, message: OrderMessage, writer: Mark) -> tuple[_Marks, dict[str, Money]]:
    """The amount is the last writer's; the time is the earliest said, because full orders repeat their rows undated."""
    marks: dict[str, Mark] = {}
    money: dict[str, Money] = {}
    for name, row in (*_rows("payment", message.payments), *_rows("refund", message.refunds)):
        before = known.money.get(name)
        if writer.beats(known.marks.get(name)):
            marks[name] = writer
        elif before is not None:
            row = msgspec.structs.replace(row, amount_minor=before.amount_minor)
        row = msgspec.structs.replace(row, at=min(row.at, before.at)) if before is not None else row
        if row != before:
            money[name] = row
    return marks, money


def _rows(kind: MoneyKind, rows: Iterable[MoneyIn]) -> list[tuple[str, Money]]:
    return [(f"{kind}:{row.number}", Money(kind, row.number, row.amount_minor, row.at)) for row in rows]


def _new_events(known: Known, message: OrderMessage) -> dict[ParcelEvent, datetime]:
    """Carriers repeat their whole list with every push: of one fact the earliest time counts."""
    new: dict[ParcelEvent, datetime] = {}
    for shipment in message.shipments:
        event = ParcelEvent(shipment.number, shipment.waybill, shipment.carrier, shipment.status)
        before = new.get(event) or known.events.get(event)
        if before is None or shipment.at < before:
            new[event] = shipment.at
    return new


@lru_cache(maxsize=4)
def _keyed(key: bytes) -> blake2b:
    """Return a digest that has taken in its key, which costs as much as what a group says: it is copied for each."""
    return blake2b(digest_size=16, key=key)


def _digest(value: Any, keyed: blake2b) -> str:
    return _digest_of_bytes(_encode(value), keyed)


def _digest_of(message: OrderMessage, keyed: blake2b) -> str:
    """Return a message's digest as it lies in databases since the first: it once named what no mapping asked for, too."""
    return _digest_of_bytes(_encode(message)[:-1] + b',"unknown":{}}', keyed)


def _digest_of_bytes(told: bytes, keyed: blake2b) -> str:
    digest = keyed.copy()
    digest.update(told)
    return digest.hexdigest()
