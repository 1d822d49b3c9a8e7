"""Cases: an order's docket with what it was just told, and the order, money and revisions that follow from it."""

from datetime import datetime
from uuid import UUID

import msgspec

from orderhub.accounts.shops import Shop
from orderhub.catalog.skus import Listed
from orderhub.intake.contract import Amounts, LineIn, OrderStatus, ReceiverIn
from orderhub.intake.dockets import Docket
from orderhub.intake.matching import News
from orderhub.intake.objections import VOUCHED, About, Objection
from orderhub.intake.reasons import Reason
from orderhub.intake.standing import counted_refunds
from orderhub.orders.corrections import PARTS
from orderhub.orders.drafts import AmountsDraft, LineDraft, OrderDraft, Revision
from orderhub.orders.masking import Receiver
from orderhub.orders.money import MoneyKind, MoneyRow

# Statuses by which a channel says that it has the money, also where it names no payment.
VOUCHING: frozenset[OrderStatus] = frozenset({"paid", "closed"})


class Case(msgspec.Struct, kw_only=True):
    """A docket that was told something, and what stands against applying it."""

    shop: Shop
    docket: Docket
    says_something: bool = False
    says_again: bool = False
    objections: list[Objection] = []

    def hear(self, news: News) -> None:
        """Take note of what a message added; ``says_again``: what a person may have corrected, in a later version."""
        dates = news.earliest is not None and self.docket.known.content.placed_at is None
        self.says_something |= news.says_something or dates
        self.says_again |= not news.marks.keys().isdisjoint(PARTS)

    def object(self, reason: Reason, about: About) -> None:
        """Note what cannot be followed, and which messages tell it."""
        self.objections.append(Objection(reason, about))

    @property
    def order_id(self) -> UUID:
        return self.docket.id

    @property
    def has_money(self) -> bool:
        """Whether anything was said of money yet."""
        return bool(self.docket.known.money or self.docket.known.statuses & VOUCHING)

    @property
    def placed_at(self) -> datetime:
        """When the channel says; where it does not, the time of the earliest thing it said."""
        known = self.docket.known
        return known.content.placed_at or known.earliest or known.marks["lines"].version


def money_rows(case: Case) -> list[MoneyRow]:
    if not case.has_money:
        return []
    known = case.docket.known
    rows = [row for row in known.money.values() if row.kind == "payment"]
    booked = [
        _row(case, row.kind, row.number, row.amount_minor, row.at)
        for row in [*rows, *counted_refunds(known)[0]]
    ]
    assert known.content.amounts is not None
    missing = known.content.amounts.total_minor - sum(row.amount_minor for row in rows)
    if VOUCHING & known.statuses and (missing > 0 or not rows):
        # The channel vouches for the money without naming a payment.
        booked.append(
            _row(case, "payment", f"{case.docket.order_number}{VOUCHED}", max(missing, 0), case.placed_at)
        )
    return booked


def _row(case: Case, kind: MoneyKind, number: str, amount_minor: int, at: datetime) -> MoneyRow:
    return MoneyRow(
        order_id=case.order_id,
        shop_id=case.shop.id,
        kind=kind,
        number=number,
        amount_minor=amount_minor,
        at=at,
    )


def draft(case: Case, listed: dict[str, Listed], warehouse_id: int | None) -> OrderDraft:
    content = case.docket.known.content
    assert content.lines is not None
    assert content.amounts is not None
    return OrderDraft(
        id=case.order_id,
        shop_id=case.shop.id,
        warehouse_id=warehouse_id,
        channel_number=case.docket.order_number,
        placed_at=case.placed_at,
        currency=case.shop.currency,
        amounts=_amounts(content.amounts),
        lines=tuple(_line(line, listed) for line in content.lines),
        receiver=_receiver(content.receiver, case.shop),
        remark=content.remark or "",
    )


def revision(case: Case, listed: dict[str, Listed]) -> Revision:
    known = case.docket.known
    content = known.content
    return Revision(
        order_id=case.order_id,
        placed_at=case.placed_at,
        amounts=_amounts(content.amounts) if content.amounts else None,
        lines=tuple(_line(line, listed) for line in content.lines or ()) or None,
        receiver=_receiver(content.receiver, case.shop),
        remark=content.remark,
        versions={part: mark.version for part in PARTS if (mark := known.marks.get(part))},
    )


def _amounts(amounts: Amounts) -> AmountsDraft:
    return AmountsDraft(
        goods_minor=amounts.goods_minor,
        discount_minor=amounts.discount_minor,
        shipping_minor=amounts.shipping_minor,
        total_minor=amounts.total_minor,
    )


def _line(line: LineIn, listed: dict[str, Listed]) -> LineDraft:
    ours = listed[line.outside_sku]
    return LineDraft(
        outside_sku=line.outside_sku,
        sku_id=ours.sku_id,
        name=line.name,
        quantity=line.quantity,
        pieces=line.quantity * ours.quantity,
        unit_price_minor=line.unit_price_minor,
        amount_minor=line.amount_minor,
    )


def _receiver(said: ReceiverIn | None, shop: Shop) -> Receiver | None:
    if said is None:
        return None
    return Receiver(
        scheme="clear" if said.token is None else said.scheme or shop.channel,
        token=said.token,
        name=said.name or "",
        phone=said.phone or "",
        province=said.province or "",
        city=said.city or "",
        district=said.district or "",
        address=said.address or "",
    )
