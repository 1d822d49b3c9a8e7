"""The closing count: what a hub must hold once all these messages were applied."""

from collections.abc import Iterable

import msgspec

from orderhub.intake.generic.shape import Message


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """Orders and money. ``refunded_whole`` counts orders whose refunds equal their total."""

    orders: int
    paid: int
    never_paid: int
    refunded: int
    refunded_whole: int
    paid_minor: int
    refunded_minor: int


def tally(messages: Iterable[Message]) -> Tally:
    """Count messages; a message or a money row that comes twice counts once."""
    totals: dict[str, int | None] = {}
    paid: dict[str, dict[str, int]] = {}
    refunded: dict[str, dict[str, int]] = {}
    for message in messages:
        number, amounts = message.order.number, message.order.amounts
        totals[number] = amounts.total if amounts is not None else totals.get(number)
        for rows, money in ((paid, message.payments), (refunded, message.refunds)):
            if money:
                rows.setdefault(number, {}).update({row.number: row.amount for row in money})
    return Tally(
        orders=len(totals),
        paid=len(paid),
        never_paid=len(totals.keys() - paid.keys()),
        refunded=len(refunded),
        refunded_whole=sum(sum(rows.values()) == totals[number] for number, rows in refunded.items()),
        paid_minor=sum(sum(rows.values()) for rows in paid.values()),
        refunded_minor=sum(sum(rows.values()) for rows in refunded.values()),
    )
