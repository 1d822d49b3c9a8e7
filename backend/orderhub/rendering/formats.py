"""Amounts, numbers and stretches of time as people read them. Money is an integer of minor units."""

from datetime import timedelta

from orderhub.rendering.catalogue import Words
from orderhub.rendering.currencies import EXPONENTS

MINUS = "−"
_SYMBOLS = {
    "CNY": "¥", "USD": "US$", "EUR": "€", "GBP": "£", "HKD": "HK$", "TWD": "NT$", "JPY": "JP¥", "KRW": "₩",
    "AUD": "A$", "CAD": "CA$", "SGD": "S$", "MYR": "RM", "THB": "฿", "VND": "₫", "PHP": "₱", "BRL": "R$",
}  # fmt: skip


def money(amount_minor: int, currency: str) -> str:
    """Write an amount: ``money(51200, "CNY")`` is ``¥512.00``."""
    exponent = EXPONENTS.get(currency, 2)
    whole, part = divmod(abs(amount_minor), 10**exponent)
    digits = f"{whole:,}.{part:0{exponent}}" if exponent else f"{whole:,}"
    sign = MINUS if amount_minor < 0 else ""
    return f"{sign}{_SYMBOLS.get(currency, currency + ' ')}{digits}"


def number(value: int) -> str:
    """Write a whole number with its thousands apart."""
    return f"{value:,}".replace("-", MINUS)


def groups(digits: str) -> str:
    """Write a digest in groups of eight, so that two of them can be compared by eye."""
    return " ".join(digits[at : at + 8] for at in range(0, len(digits), 8))


def duration(stretch: timedelta | int, words: Words) -> str:
    """Write a stretch of time (or whole seconds) in its two greatest units. Keep in step with web/src/duration.ts."""
    seconds = abs(int(stretch.total_seconds() if isinstance(stretch, timedelta) else stretch))
    if seconds < 60:
        return words.text("js.seconds", n=seconds)
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if hours < 1:
        return words.text("js.minutes", n=minutes)
    if days < 1:
        return _two(words.text("js.hours", n=hours), words.text("js.minutes", n=minutes % 60), minutes % 60)
    return _two(words.text("js.days", n=days), words.text("js.hours", n=hours % 24), hours % 24)


def short_duration(seconds: int, words: Words) -> tuple[str, str]:
    """Return number and unit for a ring: ("12", "分钟"), ("1:20", "小时"), ("3", "天"). Keep in step with duration.ts."""
    minutes, days = abs(seconds) // 60, abs(seconds) // 86400
    if minutes < 60:
        return str(minutes), words.text("js.unit_minutes")
    if days < 1:
        return f"{minutes // 60}:{minutes % 60:02}", words.text("js.unit_hours")
    return str(days), words.text("js.unit_days")


def _two(greater: str, lesser: str, amount: int) -> str:
    return f"{greater} {lesser}" if amount else greater
