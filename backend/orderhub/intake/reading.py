"""Reading: which reader a shop's messages go through."""

from functools import lru_cache

import msgspec

from orderhub.accounts.shops import Shop
from orderhub.intake.generic.mapping import default_mapping, parse_mapping
from orderhub.intake.generic.reader import Reader, compile_mapping


def reader(shop: Shop) -> Reader:
    """Return the reader of a shop: its own mapping (``settings.mapping``), or that of our documented shape."""
    mapping = shop.settings.get("mapping")
    return _compiled(msgspec.json.encode(mapping) if mapping else b"", shop.currency)


@lru_cache(maxsize=256)
def _compiled(mapping: bytes, currency: str) -> Reader:
    return compile_mapping(parse_mapping(mapping) if mapping else default_mapping(), currency=currency)
