"""Secret addresses: a page for whoever knows where it stands. No session, no cookie, no form token.

An address ends with a token: what it says, and 128 bits of HMAC-SHA256 over that; so a guess is refused without asking
the database. Answers are never indexed, and name no address to where a reader goes next.
"""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any

from orderhub.kernel import secrets

HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Vary": "Accept-Language, Cookie",
}
# No cookie is set and no form token asked for: whoever can send the form knows the secret address already.
OPEN_DOOR: dict[str, Any] = {"exclude_from_csrf": True}

_MAC_BYTES = 16

_origin: str | None = None


def use_origin(origin: str | None) -> None:
    """Say for this process what the world calls the hub, if that is known."""
    global _origin
    _origin = origin


def whole(path: str, *, elsewhere: str = "") -> str:
    """Return a path as an address; ``elsewhere`` stands in while nobody has set what the world calls the hub."""
    return f"{_origin or elsewhere}{path}"


def token(said: bytes, *, purpose: str) -> str:
    """Return what is said, signed with the key of a purpose: text that needs no quoting in an address."""
    mac = hmac.digest(secrets.derive(purpose), said, sha256)[:_MAC_BYTES]
    return urlsafe_b64encode(said + mac).decode().rstrip("=")


def said(text: str, *, purpose: str, length: int) -> bytes | None:
    """Return the so many bytes that a token says, or None for anything that we did not make; asks nobody."""
    if len(text) != -(-(length + _MAC_BYTES) * 8 // 6) or not text.isascii():
        return None
    try:
        told = urlsafe_b64decode(f"{text}==")[:length]
    except binascii.Error:
        return None
    return told if hmac.compare_digest(token(told, purpose=purpose), text) else None
