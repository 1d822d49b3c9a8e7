"""Compiles a mapping once per shop, and reads raw messages through it: an `OrderMessage`, or every reason why not."""

from datetime import datetime
from typing import Any

from orderhub.intake import exact_json
from orderhub.intake.checks import check
from orderhub.intake.contract import MAX_REMARK_LENGTH, OrderMessage
from orderhub.intake.generic import plain, values
from orderhub.intake.generic.fields import Field
from orderhub.intake.generic.mapping import Mapping, default_mapping
from orderhub.intake.generic.notes import Notes
from orderhub.intake.generic.parts import AmountsPart, LinesPart, MoneyPart, ReceiverPart, ShipmentsPart
from orderhub.intake.generic.places import One, Place
from orderhub.intake.generic.problems import problems
from orderhub.intake.reasons import Code, Reason, Rejected, kind_of, shown
from orderhub.intake.refusals import UnusableMapping
from orderhub.rendering.currencies import EXPONENTS


def compile_mapping(mapping: Mapping, *, currency: str) -> "Reader":
    """Make a reader for a shop whose currency this is; refuses a mapping or currency that could never work."""
    found = problems(mapping)
    if found:
        first = found[0]
        everything = "; ".join(f"{problem.field}: {problem.expected} ≠ {problem.got}" for problem in found)
        raise UnusableMapping(field=first.field, expected=first.expected, got=first.got, problems=everything)
    if currency not in EXPONENTS:
        raise UnusableMapping(field="currency", expected="ISO 4217", got=shown(currency), problems="—")
    return Reader(mapping, currency)


class Reader:
    """One shop's mapping, ready for its messages."""

    def __init__(self, mapping: Mapping, currency: str) -> None:
        money = values.amount(mapping.money.unit, currency)
        time = values.time_in(mapping.time.formats, mapping.time.zone)
        status, table = (mapping.status.at, mapping.status.table) if mapping.status else (None, {})
        self._shop_currency = currency
        self._home = home = One(
            mapping.order_number, mapping.version, mapping.placed_at, status, mapping.remark
        )
        self._number = Field(mapping.order_number, values.outside_number, home)
        self._version = Field(mapping.version, time, home)
        self._placed_at = Field(mapping.placed_at, time, home)
        self._status = Field(status, values.status_in(table), home)
        self._currency = Field(mapping.currency, values.currency_of(currency), home)
        self._remark = Field(mapping.remark, values.text(MAX_REMARK_LENGTH), home, private=True)
        self._amounts = AmountsPart(mapping.amounts, money) if mapping.amounts else None
        self._lines = LinesPart(mapping.lines, money) if mapping.lines else None
        self._receiver = ReceiverPart(mapping.receiver) if mapping.receiver else None
        self._payments = MoneyPart(mapping.payments, money, time) if mapping.payments else None
        self._refunds = MoneyPart(mapping.refunds, money, time) if mapping.refunds else None
        self._shipments = ShipmentsPart(mapping.shipments, time) if mapping.shipments else None
        self._is_ours = mapping == default_mapping()

    def apply(self, raw: bytes, *, now: datetime) -> OrderMessage | Rejected:
        """Read one message. Whatever it contains, this returns; a receiver's data is in no reason."""
        if self._is_ours and (message := plain.read(raw, currency=self._shop_currency)) is not None:
            return self._checked(message, now)
        try:
            root = exact_json.decode(raw)
        except exact_json.NotJson as broken:
            return _rejected(None, _not_json(broken))
        if not isinstance(root, dict):
            return _rejected(None, Reason(code=Code.NOT_AN_OBJECT, expected="object", got=kind_of(root)))
        return self._read(root, now)

    def _read(self, root: dict[str, Any], now: datetime) -> OrderMessage | Rejected:
        notes, place = Notes(), self._home.place(root)
        number, version = self._number.require(place, notes), self._version.require(place, notes)
        said = self._said(root, place, notes, version)
        if number is None or version is None or notes.reasons:
            return _rejected(number, *notes.reasons)
        return self._checked(OrderMessage(order_number=number, version=version, **said), now)

    def _checked(self, message: OrderMessage, now: datetime) -> OrderMessage | Rejected:
        reasons = check(message, currency=self._shop_currency, now=now)
        return _rejected(message.order_number, *reasons) if reasons else message

    def _said(
        self, root: dict[str, Any], place: Place, notes: Notes, version: datetime | None
    ) -> dict[str, Any]:
        return {
            "placed_at": self._placed_at.read(place, notes),
            "status": self._status.read(place, notes),
            "currency": self._currency.read(place, notes),
            "amounts": self._amounts.read(root, notes) if self._amounts else None,
            "lines": self._lines.read(root, notes) if self._lines else None,
            "receiver": self._receiver.read(root, notes) if self._receiver else None,
            "payments": self._payments.read(root, notes, version=version) if self._payments else (),
            "refunds": self._refunds.read(root, notes, version=version) if self._refunds else (),
            "shipments": self._shipments.read(root, notes, version=version) if self._shipments else (),
            "remark": self._remark.read(place, notes),
        }


def _not_json(broken: exact_json.NotJson) -> Reason:
    code = Code(broken.fault)
    expected = str(exact_json.MAX_DEPTH) if code is Code.TOO_DEEP else "JSON"
    return Reason(code=code, field=broken.place, expected=expected)


def _rejected(order_number: str | None, *reasons: Reason) -> Rejected:
    return Rejected(order_number=order_number, reasons=reasons)
