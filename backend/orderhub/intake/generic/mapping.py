"""A field mapping: which path of a channel's JSON holds what, as data that people edit (docs/intake.md).

A source is a path, a constant (``{"constant": "CNY"}``), or a list of them, of which the first that gives something
counts.
"""

from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec

from orderhub.intake import exact_json
from orderhub.intake.contract import OrderStatus, ShipmentStatus
from orderhub.intake.reasons import shown
from orderhub.intake.refusals import UnusableMapping


class Constant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same value for every message."""

    constant: str


Source = str | Constant | tuple[str | Constant, ...]


class StatusSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the order's status stands, and what each of the channel's means; "ignore" says nothing about ours."""

    at: Source
    table: dict[str, OrderStatus | Literal["ignore"]]


class MoneyUnit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether amounts are whole minor units (3800) or major ones (38.00), whose digits the currency decides."""

    unit: Literal["minor", "major"] = "minor"


class TimeForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How times are written, tried in this order: iso, seconds, milliseconds, microseconds, or a strptime pattern.

    The zone (IANA) is that of times that do not say one.
    """

    formats: tuple[str, ...] = ("iso",)
    zone: str = "UTC"


class AmountSources(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Total is required; what is not said of the others follows: discount and shipping are 0, goods what is left."""

    total: Source
    goods: Source | None = None
    discount: Source | None = None
    shipping: Source | None = None


class LineSources(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Either unit price or amount may be missing; the other follows from it."""

    each: str
    sku: Source
    quantity: Source
    name: Source | None = None
    unit_price: Source | None = None
    amount: Source | None = None


class ReceiverSources(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Clear fields, or a token and its scheme."""

    name: Source | None = None
    phone: Source | None = None
    province: Source | None = None
    city: Source | None = None
    district: Source | None = None
    address: Source | None = None
    token: Source | None = None
    scheme: Source | None = None


class MoneySources(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Payments or refunds: ``each`` names a list (``payments[]``), one object (``payment``) or the message (``$``)."""

    each: str
    number: Source
    amount: Source
    at: Source | None = None


class ShipmentSources(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Events of parcels; number or waybill is required."""

    each: str
    status: Source
    table: dict[str, ShipmentStatus | Literal["ignore"]]
    number: Source | None = None
    waybill: Source | None = None
    carrier: Source | None = None
    at: Source | None = None


class Mapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one shop's messages are read. Only the order's number and the version must be there."""

    order_number: Source
    version: Source
    placed_at: Source | None = None
    status: StatusSource | None = None
    currency: Source | None = None
    money: MoneyUnit = MoneyUnit()
    time: TimeForm = TimeForm()
    amounts: AmountSources | None = None
    lines: LineSources | None = None
    receiver: ReceiverSources | None = None
    payments: MoneySources | None = None
    refunds: MoneySources | None = None
    shipments: ShipmentSources | None = None
    remark: Source | None = None


def parse_mapping(raw: bytes) -> Mapping:
    """Read a mapping as JSON; what it says is judged by ``orderhub.intake.generic.problems``."""
    try:
        return msgspec.convert(exact_json.decode(raw), Mapping)
    except exact_json.NotJson as broken:
        raise UnusableMapping(field="—", expected="JSON", got=shown(str(broken)), problems="—") from broken
    except msgspec.ValidationError as wrong:
        said, _, where = str(wrong).partition(" - at ")
        field = where.strip("`").removeprefix("$.") or "—"
        raise UnusableMapping(field=field, expected="—", got=shown(said), problems=shown(said)) from wrong


def as_json(mapping: Mapping) -> Any:
    """Return a mapping as plain data, for jsonb and for editing."""
    return msgspec.to_builtins(mapping)


@cache
def default_mapping() -> Mapping:
    """Return the mapping of our own documented shape."""
    return parse_mapping(resources.files(__package__).joinpath("default_mapping.json").read_bytes())
