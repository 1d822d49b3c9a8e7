"""Reads one JSON value as what it should be: text, quantity, amount, time, status, currency. Exact, or `Unfit`."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from orderhub.intake.contract import MAX_AMOUNT_MINOR, MAX_NUMBER_LENGTH, MAX_QUANTITY
from orderhub.intake.reasons import Code, kind_of, shown
from orderhub.rendering.currencies import EXPONENTS, plain

Value = TypeVar("Value")
Convert = Callable[[Any], Value | None]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SOME_DAY = datetime(2026, 3, 9, 17, 4, 5, tzinfo=UTC)
_TICKS = {"seconds": 1, "milliseconds": 1_000, "microseconds": 1_000_000}
_NUMERAL = re.compile(r"-?\d{1,18}(\.\d{1,18})?", re.ASCII)
_NUMBERS = (int, Decimal)  # int | Decimal would be made anew for every value
_WIDEST_SHIFT = 60
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class Unfit(Exception):
    """The value is not what it should be: code, expected, got."""

    def __init__(self, code: Code, expected: str, got: str) -> None:
        super().__init__(code, expected, got)
        self.code, self.expected, self.got = code, expected, got


def text(limit: int) -> Callable[[Any], str]:
    """Take text of at most ``limit`` characters, without surrounding blanks; a number is taken as it is written."""

    def convert(value: Any) -> str:
        found = value.strip() if type(value) is str else _numeral(value, limit)
        if len(found) > limit:
            raise Unfit(Code.TOO_LONG, f"≤ {limit}", str(len(found)))
        return found

    return convert


def _numeral(value: Any, limit: int) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if value.bit_length() <= 4 * limit else "9" * (limit + 1)
    if isinstance(value, Decimal):
        return format(value, "f")
    raise Unfit(Code.WRONG_TYPE, "string", kind_of(value))


_as_number = text(MAX_NUMBER_LENGTH)


def some_text(limit: int) -> Convert[str]:
    """Take text where an empty one says nothing."""
    careful = text(limit)

    def convert(value: Any) -> str | None:
        found = value.strip() if type(value) is str and len(value) <= limit else careful(value)
        return found or None

    return convert


def outside_number(value: Any) -> str | None:
    """Take an outside number or SKU: printable, leading zeros and all."""
    is_short = isinstance(value, str) and len(value) <= MAX_NUMBER_LENGTH
    found = value.strip() if is_short else _as_number(value)
    if _REPLACEMENT in found or not found.isprintable():
        raise Unfit(Code.FORBIDDEN_CHARACTERS, "", shown(found))
    return found or None


def quantity(value: Any) -> int:
    """Take a whole number of pieces, at least one."""
    found = value if type(value) is int else _whole(value, 0)
    if found is None or not 1 <= found <= MAX_QUANTITY:
        raise Unfit(Code.NOT_A_QUANTITY, f"1 … {MAX_QUANTITY}", _written(value))
    return found


def amount(unit: str, currency: str) -> Convert[int]:
    """Take an amount of minor units, not negative, from one in the mapping's unit; nothing is ever rounded."""
    exponent = EXPONENTS[currency] if unit == "major" else 0
    scale = 10**exponent
    least, most = (
        (plain(0, currency), plain(MAX_AMOUNT_MINOR, currency)) if exponent else ("0", str(MAX_AMOUNT_MINOR))
    )

    def convert(value: Any) -> int:
        found = value * scale if type(value) is int else _whole(value, exponent)
        if found is None or not 0 <= found <= MAX_AMOUNT_MINOR:
            raise Unfit(Code.NOT_AN_AMOUNT, f"{least} … {most}", _written(value))
        return found

    return convert


def currency_of(expected: str) -> Convert[str]:
    """Take the shop's currency and no other."""

    def convert(value: Any) -> str | None:
        if value == expected:
            return expected
        found = _as_number(value)
        if found and found.upper() != expected:
            raise Unfit(Code.UNKNOWN_CURRENCY, expected, shown(found))
        return expected if found else None

    return convert


def status_in(table: Mapping[str, str]) -> Convert[str]:
    """Take a status through its table; "ignore" is a known status that says nothing about ours."""

    def convert(value: Any) -> str | None:
        key = str(value).lower() if isinstance(value, bool) else _as_number(value)
        if not key:
            return None
        found = table.get(key)
        if found is None:
            raise Unfit(Code.UNKNOWN_STATUS, shown(", ".join(table)), shown(key))
        return None if found == "ignore" else found

    return convert


def time_in(formats: tuple[str, ...], zone: str) -> Convert[datetime]:
    """Take a time written in one of the formats; one that names no offset lies in the zone. The result is UTC."""
    forms = [_form(form, ZoneInfo(zone)) for form in formats]

    def convert(value: Any) -> datetime | None:
        if value == "":
            return None
        for read in forms:
            try:
                if (found := read(value)) is not None:
                    return found
            except (ValueError, OverflowError):
                continue
        raise Unfit(Code.UNREADABLE_TIME, " | ".join(map(_example, formats)), _written(value))

    return convert


def _example(form: str) -> str:
    """Return a time as it would be written: people compare examples, not the names of forms."""
    if form in _TICKS:
        return str(int(_SOME_DAY.timestamp()) * _TICKS[form])
    return _SOME_DAY.isoformat() if form == "iso" else _SOME_DAY.strftime(form)


def _form(form: str, place: ZoneInfo) -> Convert[datetime]:
    """Return what reads times of one form: None, ValueError and OverflowError say that a value has another."""
    if form in _TICKS:
        return lambda value: _since_epoch(value, _TICKS[form])
    parsed = datetime.fromisoformat if form == "iso" else lambda text: datetime.strptime(text, form)  # noqa: DTZ007

    def read(value: Any) -> datetime | None:
        if not isinstance(value, str):
            return None
        found = parsed(value.strip())
        return (found if found.tzinfo is not None else found.replace(tzinfo=place)).astimezone(UTC)

    return read


def _since_epoch(value: Any, ticks: int) -> datetime | None:
    """Seconds and milliseconds differ by a thousand: only a moment of this century is taken, so both may be listed."""
    number = _number(value)
    if number is None or not 946_684_800 * ticks <= number <= 4_102_444_800 * ticks:
        return None
    return _EPOCH + timedelta(microseconds=int(number * 1_000_000 // ticks))


def _whole(value: Any, exponent: int) -> int | None:
    """Return value × 10^exponent if that is a whole number. Counted in integers: a Decimal context would round."""
    number = _number(value)
    if number is None or isinstance(number, int):
        return None if number is None else number * 10**exponent
    sign, digits, power = number.as_tuple()
    if not isinstance(power, int) or abs(power) > _WIDEST_SHIFT:
        return None
    whole: int = int("".join(map(str, digits)))
    shift = power + exponent
    if shift >= 0:
        whole *= 10**shift
    else:
        whole, rest = divmod(whole, int(10**-shift))
        if rest:
            return None
    return -whole if sign else whole


def _number(value: Any) -> int | Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, _NUMBERS):
        return value
    if isinstance(value, str) and _NUMERAL.fullmatch(written := value.strip()):
        return Decimal(written)
    return None


def _written(value: Any) -> str:
    is_bare = isinstance(value, str | int | Decimal) and not isinstance(value, bool)
    return shown(value) if is_bare else kind_of(value)
