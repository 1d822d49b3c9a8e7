"""Values of accounts that come from outside, checked: names, time zones, currencies, addresses to call."""

import re
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from orderhub.kernel.errors import BadInput
from orderhub.rendering.currencies import EXPONENTS


def name_of(text: str, *, field: str = "name") -> str:
    """Return a name without needless blanks; 1 to 80 characters."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= 80:
        raise BadInput(field=field, expected="1–80", got=text[:80])
    return name


def time_zone_of(text: str) -> str:
    """Return the name of a time zone of the IANA list."""
    if text not in _zones():
        raise BadInput(field="time_zone", expected="Asia/Shanghai, Europe/Berlin, …", got=text[:80])
    return text


def currency_of(text: str) -> str:
    """Return an ISO 4217 code."""
    if text not in EXPONENTS:
        raise BadInput(field="currency", expected="CNY, USD, …", got=text[:80])
    return text


def code_of(text: str, *, field: str = "code") -> str:
    """Return a short code in one case: 1 to 32 letters, digits, dots, dashes."""
    code = text.strip().lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,31}", code):
        raise BadInput(field=field, expected="a–z 0–9 . _ -", got=text[:80])
    return code


def callback_of(text: str | None) -> str | None:
    """Return an address to call back, or None. Whether it may be called is decided when it is called."""
    if text is None or not text.strip():
        return None
    parts = urlsplit(text.strip())
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or len(text) > 2000:
        raise BadInput(field="callback_url", expected="https://…", got=text[:80])
    return text.strip()


@cache
def _zones() -> set[str]:
    return available_timezones()
