"""Tokens: the address under which one dossier is checked, made of what it says, so that no other can stand for it.

A token says the order's id, the dossier's id and a mark of the heads that were printed; so a dossier is known as ours even
where everything else was removed.
"""

from pathlib import Path
from uuid import UUID

import msgspec

from orderhub.accounts import addresses
from orderhub.dossier.heads import MARK_BYTES

PREFIX = "/check/"

_KEY = "dossier"
_SAID_BYTES = 16 + 16 + MARK_BYTES

_anchors: Path | None = None


class Token(msgspec.Struct, frozen=True):
    """What an address says, and its signature bears out."""

    order_id: UUID
    dossier_id: UUID
    mark: bytes


def use_anchors(folder: Path | None) -> None:
    """Say for this process where the hub's anchors lie."""
    global _anchors
    _anchors = folder


def anchors() -> Path | None:
    """Return the folder of the anchors, if this process may read one."""
    return _anchors


def write(token: Token) -> str:
    """Return a token as text: 86 characters that need no quoting in an address."""
    said = token.order_id.bytes + token.dossier_id.bytes + token.mark
    return addresses.token(said, purpose=_KEY)


def read(text: str) -> Token | None:
    """Return what a token says, or None for anything that we did not make; asks nobody."""
    said = addresses.said(text, purpose=_KEY, length=_SAID_BYTES)
    return Token(UUID(bytes=said[:16]), UUID(bytes=said[16:32]), said[32:]) if said else None


def address(token: Token, *, elsewhere: str = "") -> str:
    """Return where a dossier is checked; ``elsewhere`` stands in while nobody has set what the world calls the hub."""
    return addresses.whole(f"{PREFIX}{write(token)}", elsewhere=elsewhere)
