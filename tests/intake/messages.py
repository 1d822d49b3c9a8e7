"""Messages for tests: one order of 146.00 yuan, told in pieces."""

from datetime import UTC, datetime, timedelta
from importlib import resources

from orderhub.intake import matching
from orderhub.intake.contract import (
    Amounts,
    LineIn,
    MoneyIn,
    OrderMessage,
    ReceiverIn,
    ShipmentIn,
    ShipmentStatus,
)
from orderhub.intake.matching import Known

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
KEY = b"a key for digests in tests, 32 B"


def at(minutes: int) -> datetime:
    """A moment that many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def line(amount_minor: int, sku: str = "CUP") -> LineIn:
    """One piece at that amount."""
    return LineIn(
        outside_sku=sku, name="杯", quantity=1, unit_price_minor=amount_minor, amount_minor=amount_minor
    )


def amounts(total_minor: int) -> Amounts:
    """Nothing but goods."""
    return Amounts(goods_minor=total_minor, discount_minor=0, shipping_minor=0, total_minor=total_minor)


def placed(version: int = 0, *, total_minor: int = 14600) -> OrderMessage:
    """The whole order."""
    return OrderMessage(
        order_number="A-1",
        version=at(version),
        placed_at=at(0),
        status="placed",
        currency="CNY",
        amounts=amounts(total_minor),
        lines=(line(total_minor),),
        receiver=ReceiverIn(name="张三", phone="13800000000", province="浙江省"),
    )


def paid(version: int, *, number: str = "P-1", amount_minor: int = 14600) -> OrderMessage:
    """A payment."""
    money = MoneyIn(number=number, amount_minor=amount_minor, at=at(version))
    return OrderMessage(order_number="A-1", version=at(version), status="paid", payments=(money,))


def refunded(version: int, *, number: str, amount_minor: int) -> OrderMessage:
    """A refund."""
    money = MoneyIn(number=number, amount_minor=amount_minor, at=at(version))
    return OrderMessage(order_number="A-1", version=at(version), refunds=(money,))


def tracked(
    version: int, status: ShipmentStatus, *, number: str | None = None, waybill: str | None = None
) -> OrderMessage:
    """An event of a parcel."""
    event = ShipmentIn(number=number, waybill=waybill, carrier="SF", status=status, at=at(version))
    return OrderMessage(order_number="A-1", version=at(version), shipments=(event,))


def known(*messages: OrderMessage) -> Known:
    """What is known after these messages."""
    return matching.fold(Known(), messages, key=KEY)[0]


def sample(name: str) -> bytes:
    """One of the sample files of the generic channel."""
    return resources.files("orderhub.intake.generic").joinpath("samples", name).read_bytes()
