"""What it takes to make an order, whoever asks for it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from orderhub.orders.masking import Receiver

# Buyers write their phone numbers into remarks.
PERSONAL = frozenset({"remark"})


class LineDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A line as sold, with our SKU: `quantity` in the channel's count, `pieces` in the SKU's smallest unit."""

    outside_sku: str
    sku_id: int
    name: str
    quantity: int
    pieces: int
    unit_price_minor: int
    amount_minor: int


class AmountsDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What the buyer owes, in minor units: goods - discount + shipping = total."""

    goods_minor: int
    discount_minor: int
    shipping_minor: int
    total_minor: int


class OrderDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A whole new order of one shop. `id` is the one its channel number was claimed for."""

    id: UUID
    shop_id: int
    warehouse_id: int | None
    channel_number: str
    placed_at: datetime
    currency: str
    amounts: AmountsDraft
    lines: tuple[LineDraft, ...]
    receiver: Receiver | None = None
    remark: str = ""


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """What a channel says of an order now. None: nothing. ``versions``: since when it says so, by name of the part."""

    order_id: UUID
    placed_at: datetime | None = None
    amounts: AmountsDraft | None = None
    lines: tuple[LineDraft, ...] | None = None
    receiver: Receiver | None = None
    remark: str | None = None
    versions: Mapping[str, datetime] = {}


def numbered(lines: Sequence[LineDraft]) -> list[dict[str, Any]]:
    """Return the rows of lines, numbered from 1 as the channel told them."""
    return [{"line_no": number, **msgspec.structs.asdict(line)} for number, line in enumerate(lines, start=1)]
