"""Built assets by their plain names: hashed file names from the build's manifest, and the one icon sprite."""

import re
from functools import cache
from pathlib import Path

import msgspec
from markupsafe import Markup, escape

from orderhub.rendering import places

PREFIX = "/assets/"


class MissingAsset(LookupError):
    """The manifest has no such asset, or the sprite no such icon."""


def asset(name: str) -> str:
    """Return the address of an asset (``app.js``, ``app.css``, ``images/logo.svg``).

    In a checkout whose assets were never built the plain name is returned, so that pages still render.
    """
    manifest = _manifest()
    if manifest is None:
        return PREFIX + name
    try:
        return PREFIX + manifest[name]
    except KeyError:
        raise MissingAsset(f"{name}: not in manifest.json; known are {sorted(manifest)}") from None


def path(name: str) -> Path:
    """Return the built file of an asset that the hub itself reads, such as the typeface of printed papers."""
    manifest = _manifest() or {}
    if name not in manifest:
        raise MissingAsset(f"{name}: not in manifest.json; build the assets first")
    return places.assets() / manifest[name]


def icon(name: str, small: bool = False) -> Markup:
    """Return an icon of the sprite; it says nothing to a screen reader, so a word must stand beside it."""
    known = _icons()
    if known and name not in known:
        raise MissingAsset(f"no icon {name!r}; known are {sorted(known)}")
    size = "i s" if small else "i"
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(
        size, escape(asset("icons.svg")), name
    )


@cache
def _manifest() -> dict[str, str] | None:
    file = places.assets() / "manifest.json"
    return msgspec.json.decode(file.read_bytes(), type=dict[str, str]) if file.is_file() else None


@cache
def _icons() -> frozenset[str]:
    manifest = _manifest()
    sprite = places.assets() / manifest["icons.svg"] if manifest else places.web() / "icons.svg"
    text = sprite.read_text("utf-8") if sprite.is_file() else ""
    return frozenset(re.findall(r'<symbol id="([^"]+)"', text))
