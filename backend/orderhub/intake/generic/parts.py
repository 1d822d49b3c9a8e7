"""The compiled parts of a mapping: amounts, lines, receiver, payments and refunds, parcels."""

from datetime import datetime
from typing import Any, cast

from orderhub.intake.contract import (
    MAX_ADDRESS_LENGTH,
    MAX_LINES,
    MAX_NAME_LENGTH,
    MAX_PARTS,
    MAX_TOKEN_LENGTH,
    Amounts,
    LineIn,
    MoneyIn,
    ReceiverIn,
    ShipmentIn,
    ShipmentStatus,
)
from orderhub.intake.generic import values
from orderhub.intake.generic.fields import Field
from orderhub.intake.generic.mapping import (
    AmountSources,
    LineSources,
    MoneySources,
    ReceiverSources,
    ShipmentSources,
)
from orderhub.intake.generic.notes import Notes
from orderhub.intake.generic.places import Each, One, Place
from orderhub.intake.generic.values import Convert
from orderhub.intake.reasons import Code

Root = dict[str, Any]


class AmountsPart:
    """Reads the four amounts; total is required once any of them is there."""

    def __init__(self, sources: AmountSources, money: Convert[int]) -> None:
        self._home = One(sources.total, sources.goods, sources.discount, sources.shipping)
        self._total = Field(sources.total, money, self._home)
        self._goods = Field(sources.goods, money, self._home)
        self._discount = Field(sources.discount, money, self._home)
        self._shipping = Field(sources.shipping, money, self._home)

    def read(self, root: Root, notes: Notes) -> Amounts | None:
        """Return the amounts, or None where the message says nothing of them."""
        before, place = len(notes.reasons), self._home.place(root)
        goods = self._goods.read(place, notes)
        discount, shipping = self._discount.read(place, notes), self._shipping.read(place, notes)
        said = (goods, discount, shipping) != (None, None, None)
        total = self._total.require(place, notes) if said else self._total.read(place, notes)
        if total is None or len(notes.reasons) > before:
            return None
        discount, shipping = discount or 0, shipping or 0
        goods = total + discount - shipping if goods is None else goods
        return Amounts(goods_minor=goods, discount_minor=discount, shipping_minor=shipping, total_minor=total)


class LinesPart:
    """Reads the lines. An empty list says nothing: an order without lines is none."""

    def __init__(self, sources: LineSources, money: Convert[int]) -> None:
        self._each = Each(sources.each, MAX_LINES)
        self._sku = Field(sources.sku, values.outside_number, self._each)
        self._name = Field(sources.name, values.some_text(MAX_NAME_LENGTH), self._each)
        self._quantity = Field(sources.quantity, values.quantity, self._each)
        self._price = Field(sources.unit_price, money, self._each)
        self._amount = Field(sources.amount, money, self._each)

    def read(self, root: Root, notes: Notes) -> tuple[LineIn, ...] | None:
        """Return the lines that could be read; a reason noted makes the whole message wait anyway."""
        places = self._each.places(root, notes)
        return tuple([line for place in places if (line := self._line(place, notes)) is not None]) or None

    def _line(self, place: Place, notes: Notes) -> LineIn | None:
        before = len(notes.reasons)
        sku, quantity = self._sku.require(place, notes), self._quantity.require(place, notes)
        name = self._name.read(place, notes)
        price, amount = self._price.read(place, notes), self._amount.read(place, notes)
        if price is None and amount is None and len(notes.reasons) == before:
            notes.add(Code.MISSING_FIELD, place.called(self._price.label or self._amount.label))
        if sku is None or quantity is None or len(notes.reasons) > before:
            return None
        return LineIn(
            outside_sku=sku,
            name=name or sku,
            quantity=quantity,
            unit_price_minor=cast(int, amount) // quantity if price is None else price,
            amount_minor=cast(int, price) * quantity if amount is None else amount,
        )


class ReceiverPart:
    """Reads a receiver; nothing of what came is told in a reason."""

    def __init__(self, sources: ReceiverSources) -> None:
        limits = {"address": MAX_ADDRESS_LENGTH, "token": MAX_TOKEN_LENGTH}
        said = {
            name: source
            for name in ReceiverIn.__struct_fields__
            if (source := getattr(sources, name)) is not None
        }
        self._home = One(*said.values())
        self._fields = {
            name: Field(source, values.some_text(limits.get(name, MAX_NAME_LENGTH)), self._home, private=True)
            for name, source in said.items()
        }
        self._scheme_label = self._fields["scheme"].label if "scheme" in self._fields else "receiver.scheme"

    def read(self, root: Root, notes: Notes) -> ReceiverIn | None:
        """Return the receiver, or None where nothing is said. A constant scheme alone says nothing."""
        place = self._home.place(root)
        found = {
            name: value
            for name, field in self._fields.items()
            if (value := field.read(place, notes)) is not None
        }
        if "token" not in found:
            found.pop("scheme", None)
        elif "scheme" not in found:
            notes.add(Code.MISSING_FIELD, self._scheme_label)
        return ReceiverIn(**found) if found else None


class MoneyPart:
    """Reads payments or refunds; where no time is said the message's own counts."""

    def __init__(self, sources: MoneySources, money: Convert[int], time: Convert[datetime]) -> None:
        self._each = Each(sources.each, MAX_PARTS)
        self._number = Field(sources.number, values.outside_number, self._each)
        self._amount = Field(sources.amount, money, self._each)
        self._at = Field(sources.at, time, self._each)

    def read(self, root: Root, notes: Notes, *, version: datetime | None) -> tuple[MoneyIn, ...]:
        """Return the rows; a part that is no list is left out where it names neither number nor amount."""
        places = self._each.places(root, notes)
        if not places:
            return ()
        return tuple([row for place in places if (row := self._row(place, notes, version)) is not None])

    def _row(self, place: Place, notes: Notes, version: datetime | None) -> MoneyIn | None:
        if not self._each.repeats and not self._says_something(place):
            return None
        number, amount = self._number.require(place, notes), self._amount.require(place, notes)
        at = self._at.read(place, notes) or version
        if number is None or amount is None or at is None:
            return None
        return MoneyIn(number=number, amount_minor=amount, at=at)

    def _says_something(self, place: Place) -> bool:
        aside = Notes()
        said = (self._number.read(place, aside), self._amount.read(place, aside))
        return said != (None, None) or bool(aside.reasons)


class ShipmentsPart:
    """Reads events of parcels; number or waybill must be there."""

    def __init__(self, sources: ShipmentSources, time: Convert[datetime]) -> None:
        self._each = Each(sources.each, MAX_PARTS)
        self._number = Field(sources.number, values.outside_number, self._each)
        self._waybill = Field(sources.waybill, values.outside_number, self._each)
        self._carrier = Field(sources.carrier, values.some_text(MAX_NAME_LENGTH), self._each)
        self._status = Field(sources.status, values.status_in(sources.table), self._each)
        self._at = Field(sources.at, time, self._each)

    def read(self, root: Root, notes: Notes, *, version: datetime | None) -> tuple[ShipmentIn, ...]:
        """Return the events; one whose status says nothing to us is left out."""
        places = self._each.places(root, notes)
        if not places:
            return ()
        return tuple([event for place in places if (event := self._event(place, notes, version)) is not None])

    def _event(self, place: Place, notes: Notes, version: datetime | None) -> ShipmentIn | None:
        status = self._status.read(place, notes)
        if status is None:
            return None
        number, waybill = self._number.read(place, notes), self._waybill.read(place, notes)
        if number is None and waybill is None:
            notes.add(Code.MISSING_FIELD, place.called(self._waybill.label or self._number.label))
        carrier, at = self._carrier.read(place, notes), self._at.read(place, notes) or version
        if at is None:
            return None
        known = cast(ShipmentStatus, status)
        return ShipmentIn(number=number, waybill=waybill, carrier=carrier, status=known, at=at)
