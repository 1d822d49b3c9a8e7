"""Reading: which reader a shop's messages go through."""

from datetime import datetime
from functools import lru_cache

import msgspec

from orderhub.accounts.shops import Shop
from orderhub.intake.generic.mapping import default_mapping, parse_mapping
from orderhub.intake.generic.reader import Reader, compile_mapping


def reader(shop: Shop) -> Reader:
    """Return the reader of a shop: its own mapping (``settings.mapping``), or that of our documented shape."""
    mapping = shop.settings.get("mapping")
    return _compiled(msgspec.json.encode(mapping) if mapping else b"", shop.currency)


def number_of(shop: Shop, body: bytes, *, now: datetime) -> str | None:
    """Return which order a message is about, also one that cannot be applied; None where nobody can tell."""
    try:
        return reader(shop).apply(body, now=now).order_number
    except Exception:  # noqa: BLE001 - whatever is wrong with reading it, the message has to be kept
        return None


@lru_cache(maxsize=256)
def _compiled(mapping: bytes, currency: str) -> Reader:
    return compile_mapping(parse_mapping(mapping) if mapping else default_mapping(), currency=currency)
