"""Built files under /assets/: from memory, compressed ahead by the build, kept by browsers for ever.

Litestar's own static files answer 200 to If-None-Match and compress anew for every request.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from orderhub.accounts.access import PUBLIC
from orderhub.front.refusals import NoSuchPage
from orderhub.rendering import places
from orderhub.rendering.assets import PREFIX

_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
    ".mp3": "audio/mpeg",
    ".txt": "text/plain",
}
_ENCODINGS = {"br": ".br", "gzip": ".gz"}
_FOR_EVER = "public, max-age=31536000, immutable"
_HASHED = re.compile(r"-[0-9a-f]{8,}\.[a-z0-9.]+$")


class File(msgspec.Struct, frozen=True):
    """One built file: its type, whether its name holds its digest, and its bytes by encoding ("" is plain)."""

    media_type: str
    is_hashed: bool
    bodies: dict[str, bytes]


@get(
    PREFIX + "{path:path}",
    guards=[PUBLIC],
    # Kept for ever by whoever stands between, so without anybody's cookie.
    opt={"exclude_from_compression": True, "exclude_from_csrf": True},
    include_in_schema=False,
    sync_to_thread=False,
)
def asset(request: Request[Any, Any, Any], path: FromPath[str]) -> Response[bytes]:
    """Return a built file, in the smallest form the browser reads."""
    found = _file(path.lstrip("/"))
    if found is None:
        raise NoSuchPage
    encoding = _best(request.headers.get("accept-encoding", ""), found)
    headers = {
        "Cache-Control": _FOR_EVER if found.is_hashed else "no-cache",
        "Vary": "Accept-Encoding",
        **({"Content-Encoding": encoding} if encoding else {}),
    }
    return Response(found.bodies[encoding], media_type=found.media_type, headers=headers)


def _best(accepted: str, found: File) -> str:
    ranges = [part.strip().lower().partition(";") for part in accepted.split(",")]
    wanted = {name.strip() for name, _, weight in ranges if not re.fullmatch(r"\s*q=0(\.0*)?\s*", weight)}
    return next((encoding for encoding in _ENCODINGS if encoding in wanted and encoding in found.bodies), "")


def _file(name: str) -> File | None:
    path = _folder() / name
    # Only plain names below the folder, never a way out of it; and only what the build wrote as a file of its own.
    if ".." in Path(name).parts or path.suffix not in _TYPES or name == "manifest.json":
        return None
    return _read(path) if _HASHED.search(name) else _read.__wrapped__(path)


@cache
def _read(path: Path) -> File | None:
    if not path.is_file():
        return None
    twins = {encoding: path.with_name(path.name + ending) for encoding, ending in _ENCODINGS.items()}
    bodies = {encoding: twin.read_bytes() for encoding, twin in twins.items() if twin.is_file()}
    media_type = _TYPES[path.suffix]
    return File(media_type, _HASHED.search(path.name) is not None, {"": path.read_bytes(), **bodies})


@cache
def _folder() -> Path:
    return places.assets().resolve()
