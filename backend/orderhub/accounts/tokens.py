"""Secret tokens: 256 random bits for whoever carries them; only the digest stays with us.

A digest without salt or stretching is enough for a value that nobody can guess, and can be looked up by an index.
"""

import re
import secrets
from hashlib import sha256

_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")


def fresh() -> str:
    """Return a new token."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """Return what is stored in a token's place."""
    return sha256(token.encode()).digest()


def has_shape(token: str) -> bool:
    """Tell whether a text could be one of our tokens at all."""
    return _SHAPE.fullmatch(token) is not None
