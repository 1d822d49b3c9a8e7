"""Our own documented JSON shape, which the default mapping reads: for senders written in Python, replays and demos.

Amounts are minor units. Every field left out is left out of the JSON; docs/intake.md shows it whole.
"""

from datetime import datetime

import msgspec

from orderhub.intake.contract import OrderStatus, ShipmentStatus


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line."""

    sku: str
    quantity: int
    name: str | None = None
    unit_price: int | None = None
    amount: int | None = None


class Amounts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """goods - discount + shipping = total."""

    total: int
    goods: int | None = None
    discount: int | None = None
    shipping: int | None = None


class Receiver(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Clear text, or a platform's token with its scheme."""

    name: str | None = None
    phone: str | None = None
    province: str | None = None
    city: str | None = None
    district: str | None = None
    address: str | None = None
    token: str | None = None
    scheme: str | None = None


class Order(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the message says of the order itself; ``updated_at`` orders messages."""

    number: str
    updated_at: datetime
    placed_at: datetime | None = None
    status: OrderStatus | None = None
    currency: str | None = None
    amounts: Amounts | None = None
    lines: tuple[Line, ...] = ()
    receiver: Receiver | None = None
    remark: str | None = None


class Money(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One payment or refund."""

    number: str
    amount: int
    at: datetime | None = None


class Shipment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event of one parcel."""

    status: ShipmentStatus
    number: str | None = None
    waybill: str | None = None
    carrier: str | None = None
    at: datetime | None = None


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message about one order."""

    order: Order
    payments: tuple[Money, ...] = ()
    refunds: tuple[Money, ...] = ()
    shipments: tuple[Shipment, ...] = ()


def encode(message: Message) -> bytes:
    """Return the body to sign and to send."""
    return msgspec.json.encode(message)
