"""Tmall's order export (订单编号,总金额,…): 17,772 orders of February 2020 in data/tmall.

The file has no lines, no refund times and no cancellations. So each order gets one line of a named stand-in SKU, what
was paid is 总金额 where 订单付款时间 stands, and a refund is dated ``REFUND_DELAY`` after the payment.
"""

import csv
import gzip
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, TextIO
from zoneinfo import ZoneInfo

from orderhub.intake.generic.shape import Amounts, Line, Message, Money, Order, Receiver
from orderhub.intake.replaying.refusals import UnusableFile
from orderhub.intake.replaying.replayed import OrderFile, Replayed

COLUMNS: Final = (
    "订单编号",
    "总金额",
    "买家实际支付金额",
    "收货地址",
    "订单创建时间",
    "订单付款时间",
    "退款金额",
)
STAND_IN_SKU: Final = ("TMALL-ANY", "天猫商品（文件未列明）")
REFUND_DELAY: Final = timedelta(days=1)

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_CENTS = 100


def fits(path: Path) -> bool:
    """Say whether the file has Tmall's columns."""
    try:
        with _opened(path) as file:
            return tuple(next(csv.reader(file), ())) == COLUMNS
    except (OSError, UnicodeDecodeError, EOFError):
        return False


def read(path: Path) -> Iterator[Replayed]:
    """Yield created, paid and refunded messages of all orders in time order."""
    messages: list[Replayed] = []
    with _opened(path) as file:
        rows = csv.DictReader(file, restval="")
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise UnusableFile(
                where=path.name, expected=",".join(COLUMNS), got=",".join(rows.fieldnames or ())
            )
        for row in rows:
            messages += _of_row(row, f"{path.name}:{rows.line_num}")
    # The sort is stable, and an order's own messages are made in their order.
    messages.sort(key=lambda message: message.at)
    return iter(messages)


FILE: Final = OrderFile(
    name="tmall",
    currency="CNY",
    zone="Asia/Shanghai",
    skus=(STAND_IN_SKU,),
    fits=fits,
    read=read,
)


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _of_row(row: dict[str, str], where: str) -> Iterator[Replayed]:
    number = row["订单编号"].strip()
    if not number:
        raise UnusableFile(where=f"{where}, 订单编号", expected="69334102887051", got="")
    total, refund = _cents(row, "总金额", where), _cents(row, "退款金额", where)
    placed, paid = _moment(row, "订单创建时间", where), _moment(row, "订单付款时间", where)
    if placed is None:
        raise UnusableFile(where=f"{where}, 订单创建时间", expected="2020-02-01 00:14:15", got="")
    yield _replayed(number, "created", placed, _created(row, number, total, placed))
    if paid is not None:
        payment = Money(number=f"{number}-P", amount=total, at=paid)
        order = Order(number=number, updated_at=paid, status="paid")
        yield _replayed(number, "paid", paid, Message(order=order, payments=(payment,)))
    if refund > 0:
        at = (paid or placed) + REFUND_DELAY
        money = Money(number=f"{number}-R", amount=refund, at=at)
        refunded = Message(order=Order(number=number, updated_at=at), refunds=(money,))
        yield _replayed(number, "refunded", at, refunded)


def _created(row: dict[str, str], number: str, total: int, placed: datetime) -> Message:
    sku, name = STAND_IN_SKU
    return Message(
        order=Order(
            number=number,
            updated_at=placed,
            placed_at=placed,
            status="placed",
            currency="CNY",
            amounts=Amounts(total=total, goods=total),
            lines=(Line(sku=sku, name=name, quantity=1, unit_price=total, amount=total),),
            receiver=Receiver(province=row["收货地址"].strip() or None),
        )
    )


def _replayed(number: str, what: str, at: datetime, message: Message) -> Replayed:
    return Replayed(message_id=f"tmall-{number}-{what}", at=at, message=message)


def _cents(row: dict[str, str], column: str, where: str) -> int:
    text = row[column].strip()
    try:
        cents = Decimal(text) * _CENTS
    except InvalidOperation:
        cents = Decimal("NaN")
    if not cents.is_finite() or cents != int(cents) or cents < 0:
        raise UnusableFile(where=f"{where}, {column}", expected="38.00", got=text)
    return int(cents)


def _moment(row: dict[str, str], column: str, where: str) -> datetime | None:
    text = row[column].strip()
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_SHANGHAI)
    except ValueError:
        raise UnusableFile(where=f"{where}, {column}", expected="2020-02-01 00:14:15", got=text) from None
