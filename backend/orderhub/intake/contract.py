"""What every source hands over: one message about one order, in our words, whoever sent it.

A message may be partial (only a payment, only a refund, only a parcel's event): everything but the order's number and
the version may be missing. A missing group says nothing; an empty remark says that there is none. Amounts are integers
of minor units of the shop's currency, times are aware UTC.
"""

from datetime import datetime
from typing import Final, Literal, get_args

import msgspec

OrderStatus = Literal["placed", "paid", "cancelled", "closed"]
ShipmentStatus = Literal["collected", "in_transit", "out_for_delivery", "signed", "returned", "lost"]
MoneyKind = Literal["payment", "refund"]

ORDER_STATUSES: Final[tuple[OrderStatus, ...]] = get_args(OrderStatus)
SHIPMENT_STATUSES: Final[tuple[ShipmentStatus, ...]] = get_args(ShipmentStatus)

MAX_BODY_BYTES: Final = 1_048_576
MAX_LINES: Final = 500
MAX_PARTS: Final = 200
MAX_QUANTITY: Final = 1_000_000
MAX_AMOUNT_MINOR: Final = 10**15
MAX_NUMBER_LENGTH: Final = 100
MAX_NAME_LENGTH: Final = 300
MAX_ADDRESS_LENGTH: Final = 500
MAX_TOKEN_LENGTH: Final = 2_000
MAX_REMARK_LENGTH: Final = 2_000


class LineIn(msgspec.Struct, frozen=True, kw_only=True):
    """One line as the channel sold it. The amount may differ from price times quantity (a discount of the line)."""

    outside_sku: str
    name: str
    quantity: int
    unit_price_minor: int
    amount_minor: int


class Amounts(msgspec.Struct, frozen=True, kw_only=True):
    """What the buyer owes: goods (the sum of the lines) - discount + shipping = total."""

    goods_minor: int
    discount_minor: int
    shipping_minor: int
    total_minor: int


class ReceiverIn(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets the parcel: clear text, or a platform's token with its scheme; then name and phone are masked at best."""

    name: str | None = None
    phone: str | None = None
    province: str | None = None
    city: str | None = None
    district: str | None = None
    address: str | None = None
    token: str | None = None
    scheme: str | None = None


class MoneyIn(msgspec.Struct, frozen=True, kw_only=True):
    """One payment or one refund, known by the number the channel or the payment service gave it."""

    number: str
    amount_minor: int
    at: datetime


class ShipmentIn(msgspec.Struct, frozen=True, kw_only=True):
    """One event of one parcel, named by our or the channel's shipment number, by its waybill, or by both."""

    number: str | None = None
    waybill: str | None = None
    carrier: str | None = None
    status: ShipmentStatus
    at: datetime


class OrderMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What one message says of one order. ``version`` is the channel's own time of the change and orders messages.

    What no mapping asked for is kept with the raw bytes.
    """

    order_number: str
    version: datetime
    placed_at: datetime | None = None
    status: OrderStatus | None = None
    currency: str | None = None
    amounts: Amounts | None = None
    lines: tuple[LineIn, ...] | None = None
    receiver: ReceiverIn | None = None
    payments: tuple[MoneyIn, ...] = ()
    refunds: tuple[MoneyIn, ...] = ()
    shipments: tuple[ShipmentIn, ...] = ()
    remark: str | None = None
