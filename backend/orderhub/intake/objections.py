"""Objections: what of an order's docket cannot be followed, and which messages tell it. Those wait, and no others."""

from collections.abc import Iterable
from typing import Any

import msgspec

from orderhub.intake.contract import Amounts, LineIn, OrderMessage, OrderStatus
from orderhub.intake.reasons import Reason

# What stands for a payment nobody named: the channel's word that the order is paid.
VOUCHED = "#paid"


class About(msgspec.Struct, frozen=True, kw_only=True):
    """By what a message is known that tells what is objected to; by nothing: every message of the order does.

    ``money`` is ``payment:<number>`` or ``refund:<number>``, ``parcel`` every name of one parcel.
    """

    statuses: frozenset[OrderStatus] = frozenset()
    money: str | None = None
    parcel: frozenset[str] = frozenset()
    lines: tuple[LineIn, ...] | None = None
    amounts: Amounts | None = None

    def is_told_by(self, message: OrderMessage) -> bool:
        """Tell whether this message is one of them."""
        return (
            self == About()
            or message.status in self.statuses
            or self.money in _money_of(message)
            or not self.parcel.isdisjoint(_names_of(message))
            or (self.lines is not None and self.lines == message.lines)
            or (self.amounts is not None and self.amounts == message.amounts)
        )


class Objection(msgspec.Struct, frozen=True):
    """A reason, and the messages that it concerns."""

    reason: Reason
    about: About = About()


def about_money(kind: str, number: str) -> About:
    """Return what tells of a payment or refund; one that nobody named stands for a status."""
    if number.endswith(VOUCHED):
        return About(statuses=frozenset({"paid", "closed"}))
    return About(money=f"{kind}:{number}")


def against(objections: Iterable[Objection], message: OrderMessage) -> tuple[Reason, ...]:
    """Return the reasons that concern what this message tells."""
    return tuple(one.reason for one in objections if one.about.is_told_by(message))


def _money_of(message: OrderMessage) -> set[Any]:
    return {f"payment:{row.number}" for row in message.payments} | {
        f"refund:{row.number}" for row in message.refunds
    }


def _names_of(message: OrderMessage) -> set[Any]:
    return {name for event in message.shipments for name in (event.number, event.waybill)}
