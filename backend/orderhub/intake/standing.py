"""What follows from what is known of an order: a function of the facts, never of the order in which they came."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec

from orderhub.intake.checks import mismatch
from orderhub.intake.contract import OrderStatus, ShipmentStatus
from orderhub.intake.matching import Known, Money, ParcelEvent
from orderhub.intake.objections import About, Objection, about_money
from orderhub.intake.reasons import Code, Reason, shown
from orderhub.rendering.currencies import plain

# What a channel says may only ever move an order to the right: a cancelled order stays cancelled.
ORDER_RANK: Final[dict[OrderStatus, int]] = {"placed": 0, "paid": 1, "closed": 2, "cancelled": 3}
# A lost parcel may turn up and be signed for; one that went back is signed for by the sender, so "returned" is last.
SHIPMENT_RANK: Final[dict[ShipmentStatus, int]] = {
    "collected": 0,
    "in_transit": 1,
    "out_for_delivery": 2,
    "lost": 3,
    "signed": 4,
    "returned": 5,
}


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """One parcel: every name events gave it, and how far it came."""

    numbers: frozenset[str]
    waybills: frozenset[str]
    carriers: frozenset[str]
    status: ShipmentStatus
    at: datetime

    @property
    def names(self) -> frozenset[str]:
        return self.numbers | self.waybills


def is_founded(known: Known) -> bool:
    """Say whether enough is known to make an order of it: its lines and its amounts. Until then its messages wait."""
    return known.content.lines is not None and known.content.amounts is not None


def status_of(known: Known) -> OrderStatus | None:
    """Return the furthest status said; payments that cover the total are as good as the word "paid"."""
    statuses = set(known.statuses)
    amounts = known.content.amounts
    if amounts is not None and _paid_minor(known) >= amounts.total_minor > 0:
        statuses.add("paid")
    return max(statuses, key=ORDER_RANK.__getitem__, default=None)


def counted_refunds(known: Known) -> tuple[tuple[Money, ...], tuple[Money, ...]]:
    """Part the refunds into those that count and those held, because with them more than the total would go back.

    Taken by time and number, so the parting is the same whichever came first; a smaller later one may still fit.
    """
    rows = (row for row in known.money.values() if row.kind == "refund")
    refunds = sorted(rows, key=lambda row: (row.at, row.number))
    left = known.content.amounts.total_minor if known.content.amounts is not None else None
    counted: list[Money] = []
    held: list[Money] = []
    for row in refunds:
        if left is None or row.amount_minor <= left:
            counted.append(row)
            left = None if left is None else left - row.amount_minor
        else:
            held.append(row)
    return tuple(counted), tuple(held)


def parcels(known: Known) -> tuple[Parcel, ...]:
    """Put events together that share a shipment number or a waybill, and say how far each parcel came."""
    groups: list[tuple[set[str], list[ParcelEvent]]] = []
    for event in sorted(known.events, key=str):
        names = _names(event)
        touching = [group for group in groups if group[0] & names]
        groups = [group for group in groups if not group[0] & names]
        members = [member for _, events in touching for member in events]
        groups.append((names.union(*(known_as for known_as, _ in touching)), [*members, event]))
    found = (_parcel(events, known) for _, events in groups)
    return tuple(sorted(found, key=lambda parcel: sorted({*parcel.numbers, *parcel.waybills})))


def objections(known: Known, *, currency: str) -> tuple[Objection, ...]:
    """Return what is wrong with an order as a whole, although each of its messages was right by itself."""
    return tuple(_objections(known, currency))


def _objections(known: Known, currency: str) -> Iterator[Objection]:
    lines, amounts = known.content.lines, known.content.amounts
    if lines is None or amounts is None:
        yield Objection(Reason(code=Code.UNKNOWN_ORDER))
        return
    lines_minor = sum(line.amount_minor for line in lines)
    for reason in mismatch("lines", amounts.goods_minor, lines_minor, currency=currency):
        yield Objection(reason, About(lines=lines, amounts=amounts))
    counted, held = counted_refunds(known)
    left = plain(amounts.total_minor - sum(row.amount_minor for row in counted), currency)
    for row in held:
        got = f"{shown(row.number)}: {plain(row.amount_minor, currency)}"
        reason = Reason(code=Code.REFUND_ABOVE_TOTAL, field="refunds", expected=f"≤ {left}", got=got)
        yield Objection(reason, about_money("refund", row.number))


def _paid_minor(known: Known) -> int:
    return sum(row.amount_minor for row in known.money.values() if row.kind == "payment")


def _names(event: ParcelEvent) -> set[str]:
    return {
        f"{kind}:{name}"
        for kind, name in (("number", event.number), ("waybill", event.waybill))
        if name is not None
    }


def _parcel(events: list[ParcelEvent], known: Known) -> Parcel:
    furthest = max(events, key=lambda event: SHIPMENT_RANK[event.status]).status
    return Parcel(
        numbers=frozenset(event.number for event in events if event.number is not None),
        waybills=frozenset(event.waybill for event in events if event.waybill is not None),
        carriers=frozenset(event.carrier for event in events if event.carrier is not None),
        status=furthest,
        at=min(known.events[event] for event in events if event.status == furthest),
    )
