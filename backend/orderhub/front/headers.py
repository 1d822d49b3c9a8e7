"""Headers of every answer: what a browser may do with our pages, and the number under which the log knows the request."""

from collections.abc import Mapping
from typing import Any

from litestar.types import Message, Scope

from orderhub.front import traffic

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "media-src": "'self' blob:",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
POLICY = "; ".join(f"{directive} {sources}" for directive, sources in _POLICY.items())

# A handler that needs another value sets the header itself; these only fill in what is missing.
_ALWAYS: dict[bytes, bytes] = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
    b"permissions-policy": b"camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"cache-control": b"no-store",
}
_OVER_TLS = {**_ALWAYS, b"strict-transport-security": b"max-age=31536000"}
_NAMES = _OVER_TLS.keys()


async def add_headers(message: Message, scope: Scope) -> None:
    """Complete the headers of an answer; called for every message that is sent."""
    if message["type"] != "http.response.start":
        return
    start: dict[str, Any] = message  # type: ignore[assignment]
    said = list(start.get("headers", ()))
    wanted = _OVER_TLS if scope["scheme"] == "https" else _ALWAYS
    names = {name.lower() for name, _ in said}
    said += (
        wanted.items()
        if _NAMES.isdisjoint(names)
        else [pair for pair in wanted.items() if pair[0] not in names]
    )
    said.append((b"x-request-id", scope["state"]["request_id"].encode()))
    traffic.answered(scope, start["status"])
    start["headers"] = said


def of_json(scope: Scope, status: int) -> bytes:
    """Return the headers of an answer in JSON as they go over the wire, for answers that do not come from a route."""
    traffic.answered(scope, status)
    request_id = scope["state"]["request_id"].encode()
    return b"%bx-request-id: %b\r\n" % (_OF_JSON[scope["scheme"] == "https"], request_id)


def _lines(headers: Mapping[bytes, bytes]) -> bytes:
    return b"".join(b"%b: %b\r\n" % pair for pair in headers.items())


_OF_JSON = [_lines({b"content-type": b"application/json", **always}) for always in (_ALWAYS, _OVER_TLS)]
