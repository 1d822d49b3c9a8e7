"""Reads what is plainly written in our documented shape, in about half of the time that its mapping takes.

Plain are texts without blanks at their ends, whole amounts, and nothing that stands for something else. What is not
plain is left to the mapping, which knows what it means, or what is wrong with it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from orderhub.intake.contract import (
    MAX_ADDRESS_LENGTH,
    MAX_AMOUNT_MINOR,
    MAX_LINES,
    MAX_NAME_LENGTH,
    MAX_NUMBER_LENGTH,
    MAX_PARTS,
    MAX_QUANTITY,
    MAX_REMARK_LENGTH,
    Amounts,
    LineIn,
    MoneyIn,
    OrderMessage,
    OrderStatus,
    ReceiverIn,
)
from orderhub.intake.exact_json import MAX_DEPTH

_Number: TypeAlias = Annotated[str, Meta(min_length=1, max_length=MAX_NUMBER_LENGTH)]
_Text: TypeAlias = Annotated[str, Meta(min_length=1, max_length=MAX_NAME_LENGTH)]
_Address: TypeAlias = Annotated[str, Meta(min_length=1, max_length=MAX_ADDRESS_LENGTH)]
_Remark: TypeAlias = Annotated[str, Meta(max_length=MAX_REMARK_LENGTH)]
_Minor: TypeAlias = Annotated[int, Meta(ge=0, le=MAX_AMOUNT_MINOR)]
_Quantity: TypeAlias = Annotated[int, Meta(ge=1, le=MAX_QUANTITY)]
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class _Line(msgspec.Struct, gc=False):
    sku: _Number
    quantity: _Quantity
    unit_price: _Minor
    amount: _Minor
    name: _Text | None = None


class _Amounts(msgspec.Struct, gc=False):
    goods: _Minor
    total: _Minor
    discount: _Minor = 0
    shipping: _Minor = 0


class _Receiver(msgspec.Struct, gc=False):
    name: _Text | None = None
    phone: _Text | None = None
    province: _Text | None = None
    city: _Text | None = None
    district: _Text | None = None
    address: _Address | None = None
    token: None = None  # what a token needs besides is for the mapping to say
    scheme: None = None


class _Order(msgspec.Struct, gc=False):
    number: _Number
    updated_at: str
    placed_at: str | None = None
    status: OrderStatus | None = None
    currency: str | None = None
    amounts: _Amounts | None = None
    lines: Annotated[list[_Line], Meta(max_length=MAX_LINES)] | None = None
    receiver: _Receiver | None = None
    remark: _Remark | None = None


class _Money(msgspec.Struct, gc=False):
    number: _Number
    amount: _Minor
    at: str | None = None


_Rows: TypeAlias = Annotated[list[_Money], Meta(max_length=MAX_PARTS)]


class _Message(msgspec.Struct, gc=False):
    order: _Order
    payments: _Rows | None = None
    refunds: _Rows | None = None
    shipments: Annotated[list[None], Meta(max_length=0)] | None = None


class _NotPlain(Exception):
    """It is for the mapping to say what this is."""


def read(raw: bytes, *, currency: str) -> OrderMessage | None:
    """Return what the default mapping would find in a message, or None where that is not plain to see."""
    if b"\\" in raw or raw.count(b"{") + raw.count(b"[") > MAX_DEPTH:
        return None
    try:
        return _message(_decoder.decode(raw.decode()), currency)
    except (msgspec.MsgspecError, ValueError, OverflowError, _NotPlain):
        return None


def _message(said: _Message, currency: str) -> OrderMessage:
    order, version = said.order, _time(said.order.updated_at)
    if order.currency not in (None, currency):
        raise _NotPlain
    return OrderMessage(
        order_number=_number(order.number),
        version=version,
        placed_at=_time(order.placed_at) if order.placed_at is not None else None,
        status=order.status,
        currency=order.currency,
        amounts=_amounts(order.amounts) if order.amounts else None,
        lines=tuple(map(_line, order.lines)) if order.lines else None,
        receiver=_receiver(order.receiver) if order.receiver else None,
        payments=_rows(said.payments, version) if said.payments else (),
        refunds=_rows(said.refunds, version) if said.refunds else (),
        remark=_text(order.remark) if order.remark else order.remark,
    )


def _amounts(said: _Amounts) -> Amounts:
    return Amounts(
        goods_minor=said.goods,
        discount_minor=said.discount,
        shipping_minor=said.shipping,
        total_minor=said.total,
    )


def _line(said: _Line) -> LineIn:
    sku = _number(said.sku)
    return LineIn(
        outside_sku=sku,
        name=_text(said.name) if said.name else sku,
        quantity=said.quantity,
        unit_price_minor=said.unit_price,
        amount_minor=said.amount,
    )


def _receiver(said: _Receiver) -> ReceiverIn | None:
    found = ReceiverIn(
        name=said.name and _text(said.name),
        phone=said.phone and _text(said.phone),
        province=said.province and _text(said.province),
        city=said.city and _text(said.city),
        district=said.district and _text(said.district),
        address=said.address and _text(said.address),
    )
    return found if found != _NOBODY else None


def _rows(said: Iterable[_Money], version: datetime) -> tuple[MoneyIn, ...]:
    return tuple(
        MoneyIn(
            number=_number(row.number),
            amount_minor=row.amount,
            at=_time(row.at) if row.at is not None else version,
        )
        for row in said
    )


def _number(text: str) -> str:
    if not text.isprintable() or _REPLACEMENT in text:
        raise _NotPlain
    return _text(text)


def _text(text: str) -> str:
    if text.strip() != text:
        raise _NotPlain
    return text


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)


_NOBODY = ReceiverIn()
_decoder = msgspec.json.Decoder(_Message)
