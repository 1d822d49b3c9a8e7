"""Whether a message makes sense by itself, before anything is known of its order."""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from orderhub.intake.contract import LineIn, MoneyIn, OrderMessage
from orderhub.intake.reasons import Code, Reason, shown
from orderhub.rendering.currencies import plain

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
# A clock may be a little ahead of ours. A version far ahead would keep every true update away until it comes.
TOLERANCE = timedelta(hours=1)


def check(message: OrderMessage, *, currency: str, now: datetime) -> tuple[Reason, ...]:
    """Return every reason against the message; none means that it may be applied."""
    reasons = (*_times(message, now), *_sums(message, currency))
    if message.payments or message.refunds:
        reasons += (*_refunds(message, currency), *_repeats(message))
    return reasons


def check_skus(lines: Iterable[LineIn], *, listed: Collection[str]) -> tuple[Reason, ...]:
    """Return one reason for every outside SKU the shop has no listing of."""
    unknown = dict.fromkeys(line.outside_sku for line in lines if line.outside_sku not in listed)
    return tuple(Reason(code=Code.UNKNOWN_SKU, field="lines", got=shown(sku)) for sku in unknown)


def _times(message: OrderMessage, now: datetime) -> list[Reason]:
    latest = now + TOLERANCE
    times = [("version", message.version)]
    if message.placed_at is not None:
        times.append(("placed_at", message.placed_at))
    if message.payments or message.refunds or message.shipments:
        times += [("payments", payment.at) for payment in message.payments]
        times += [("refunds", refund.at) for refund in message.refunds]
        times += [("shipments", event.at) for event in message.shipments]
    return [_implausible(field, at, latest) for field, at in times if not EARLIEST <= at <= latest]


def _implausible(field: str, at: datetime, latest: datetime) -> Reason:
    expected = f"{_moment(EARLIEST)} … {_moment(latest)}"
    return Reason(code=Code.IMPLAUSIBLE_TIME, field=field, expected=expected, got=_moment(at))


def _sums(message: OrderMessage, currency: str) -> tuple[Reason, ...]:
    amounts = message.amounts
    if amounts is None:
        return ()
    goods = amounts.goods_minor
    lines_minor = goods if message.lines is None else sum([line.amount_minor for line in message.lines])
    owed = goods - amounts.discount_minor + amounts.shipping_minor
    return (
        *mismatch("lines", goods, lines_minor, currency=currency),
        *mismatch("amounts", owed, amounts.total_minor, currency=currency),
    )


def mismatch(field: str, expected_minor: int, got_minor: int, *, currency: str) -> tuple[Reason, ...]:
    """Return a reason if two sums that must be equal are not."""
    if expected_minor == got_minor:
        return ()
    expected, got = plain(expected_minor, currency), plain(got_minor, currency)
    return (Reason(code=Code.AMOUNTS_DO_NOT_ADD_UP, field=field, expected=expected, got=got),)


def _repeats(message: OrderMessage) -> Iterator[Reason]:
    """One number with two meanings in one message: no later message could say which of them holds."""
    for field, rows in (("payments", message.payments), ("refunds", message.refunds)):
        first: dict[str, MoneyIn] = {}
        for row in rows:
            if first.setdefault(row.number, row) != row:
                yield Reason(code=Code.REPEATED_NUMBER, field=field, got=shown(row.number))


def _refunds(message: OrderMessage, currency: str) -> Iterator[Reason]:
    if message.amounts is None:
        return
    refunded = sum({row.number: row.amount_minor for row in message.refunds}.values())
    if refunded > message.amounts.total_minor:
        expected, got = f"≤ {plain(message.amounts.total_minor, currency)}", plain(refunded, currency)
        yield Reason(code=Code.REFUND_ABOVE_TOTAL, field="refunds", expected=expected, got=got)


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%SZ")
