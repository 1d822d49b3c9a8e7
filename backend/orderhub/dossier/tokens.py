"""Tokens: the address under which one dossier is checked, made of what it says, so that no other can stand for it.

A token is the order's id, the dossier's id, a mark of the heads that were printed, and 128 bits of HMAC-SHA256 over them;
so a guess is refused without asking the database, and a dossier is known as ours even where everything else was removed.
"""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import msgspec

from orderhub.dossier.heads import MARK_BYTES
from orderhub.kernel import secrets

PREFIX = "/check/"

_MAC_BYTES = 16
_LENGTH = 86  # characters of a token: 64 bytes in base64, without padding

_origin: str | None = None
_anchors: Path | None = None


class Token(msgspec.Struct, frozen=True):
    """What an address says, and its signature bears out."""

    order_id: UUID
    dossier_id: UUID
    mark: bytes


def set_up(*, origin: str | None, anchors: Path | None) -> None:
    """Say for this process what the world calls the hub, if that is known, and where its anchors lie."""
    global _origin, _anchors
    _origin, _anchors = origin, anchors


def anchors() -> Path | None:
    """Return the folder of the anchors, if this process may read one."""
    return _anchors


def write(token: Token) -> str:
    """Return a token as text: 86 characters that need no quoting in an address."""
    said = token.order_id.bytes + token.dossier_id.bytes + token.mark
    mac = hmac.digest(secrets.derive("dossier"), said, sha256)[:_MAC_BYTES]
    return urlsafe_b64encode(said + mac).decode().rstrip("=")


def read(text: str) -> Token | None:
    """Return what a token says, or None for anything that we did not make; asks nobody."""
    if len(text) != _LENGTH or not text.isascii():
        return None
    try:
        said = urlsafe_b64decode(f"{text}==")
    except binascii.Error:
        return None
    token = Token(UUID(bytes=said[:16]), UUID(bytes=said[16:32]), said[32 : 32 + MARK_BYTES])
    return token if hmac.compare_digest(write(token), text) else None


def address(token: Token, *, elsewhere: str = "") -> str:
    """Return where a dossier is checked; ``elsewhere`` stands in while nobody has set what the world calls the hub."""
    return f"{_origin or elsewhere}{PREFIX}{write(token)}"
