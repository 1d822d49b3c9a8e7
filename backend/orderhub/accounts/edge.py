"""The edge: from a connection to an Actor. A session cookie or a bearer token says who, the socket says from where.

Forwarded headers count only when they come from a trusted proxy. A request with a bearer token never falls back to
its cookie, so that it cannot be forged from another site.
"""

import re
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any, TypeAlias
from uuid import uuid4

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.types import Scope

from orderhub.accounts import agents, api_tokens, people, sessions, tokens
from orderhub.accounts.refusals import NotSignedIn
from orderhub.accounts.sign_in import Visitor
from orderhub.kernel.actors import Actor
from orderhub.observability import turns

Connection: TypeAlias = ASGIConnection[Any, Any, Any, Any]
Networks: TypeAlias = tuple[IPv4Network | IPv6Network, ...]

_DEVICE = "device"
_DEVICE_SECONDS = 400 * 24 * 3600  # browsers keep no cookie for longer
_ASKED = "orderhub.recognised"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def networks(texts: Iterable[str]) -> Networks:
    """Return the networks of TRUSTED_PROXIES (addresses or ranges: ``10.0.0.0/8``)."""
    return tuple(ip_network(text.strip(), strict=False) for text in texts if text.strip())


def settle(scope: Any, trusted: Networks) -> None:
    """Write into an ASGI scope the real client address and scheme, and a request id; before anything reads them."""
    state = scope["state"] = dict(scope.get("state") or {})
    state["request_id"] = turns.fresh()
    client = scope.get("client")
    if not trusted or client is None or not _is_in(client[0], trusted):
        return
    headers = {name: value.decode("latin-1") for name, value in scope["headers"] if name.startswith(b"x-")}
    if _REQUEST_ID.fullmatch(asked := headers.get(b"x-request-id", "")):
        state["request_id"] = asked
    if (scheme := headers.get(b"x-forwarded-proto", "")) in ("http", "https"):
        scope["scheme"] = scheme.replace("http", "ws") if scope["type"] == "websocket" else scheme
    if host := headers.get(b"x-forwarded-host", ""):
        others = [pair for pair in scope["headers"] if pair[0] != b"host"]
        scope["headers"] = [(b"host", host.encode("latin-1")), *others]
    scope["client"] = (_origin(headers.get(b"x-forwarded-for", ""), client[0], trusted), 0)


async def recognise(connection: Connection) -> Actor | None:
    """Return who this is, or None for a stranger; asked once a connection. Refuses an unknown bearer token."""
    scope: Any = connection.scope
    if not scope["state"].get(_ASKED):
        scope["user"] = await _who(connection)
        scope["state"][_ASKED] = True
    actor: Actor | None = scope["user"]
    return actor


def actor(scope: Scope) -> Actor:
    """Return who acts; Litestar hands it to every handler that names an ``actor``. Refuses a stranger."""
    known: Actor | None = scope.get("user")
    if known is None:
        raise NotSignedIn
    return known


def is_secure(connection: Connection) -> bool:
    """Tell whether the browser speaks TLS to us or to our proxy."""
    return connection.scope["scheme"] in ("https", "wss")


def address(connection: Connection) -> str | None:
    """Return the address a connection comes from, if it is one."""
    client = connection.scope.get("client")
    return client[0] if client and _parsed(client[0]) else None


def is_loopback(host: str | None) -> bool:
    """Tell whether a host, by address or name, is this machine and can be reached from no other."""
    parsed = _parsed(host or "")
    return host == "localhost" or (parsed is not None and bool(parsed.is_loopback))


def bearer(connection: Connection) -> str | None:
    """Return the bearer token of a request, if it brought one."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def session_token(connection: Connection) -> str | None:
    """Return the session token the browser carries, whatever it is worth."""
    token = connection.cookies.get(_session_cookie(connection))
    return token if token and tokens.has_shape(token) else None


def visitor(connection: Connection) -> Visitor:
    """Return where a sign-in comes from; a browser without a device id gets a new one."""
    device = connection.cookies.get(_DEVICE, "")
    return Visitor(
        device=device if len(device) == 32 and device.isalnum() and device.isascii() else uuid4().hex,
        agent=agents.label(connection.headers.get("user-agent", "")),
        ip=address(connection),
        request_id=connection.scope["state"]["request_id"],
        token=session_token(connection),
    )


def cookies(connection: Connection, *, token: str, device: str) -> list[Cookie]:
    """Return the cookies of somebody who just signed in."""
    return [
        _cookie(connection, _session_cookie(connection), token, int(sessions.LIFETIME.total_seconds())),
        _cookie(connection, _DEVICE, device, _DEVICE_SECONDS),
    ]


def no_session(connection: Connection) -> Cookie:
    """Return the cookie that makes a browser forget its session."""
    return _cookie(connection, _session_cookie(connection), "", 0)


def same_origin(connection: Connection) -> bool:
    """Tell whether a browser's request was made by a page of this host; without an Origin it is not a browser's.

    Only the host counts: behind a proxy that ends TLS the scheme may be another one.
    """
    origin = connection.headers.get("origin")
    return origin is None or origin.partition("://")[2] == connection.headers.get("host", "")


async def _who(connection: Connection) -> Actor | None:
    state: dict[str, Any] = connection.scope["state"]
    ip, request_id = address(connection), state["request_id"]
    if (token := bearer(connection)) is not None:
        return await api_tokens.bearer(token, ip=ip, request_id=request_id)
    token = session_token(connection)
    row = await sessions.resume(token) if token else None
    if row is None:
        return None
    state["language"] = row["language"]
    return people.actor_of(row, ip=ip, device=row["device"], request_id=request_id)


def _session_cookie(connection: Connection) -> str:
    # The prefix makes browsers refuse such a cookie from a neighbouring host or over plain HTTP.
    return "__Host-session" if is_secure(connection) else "session"


def _cookie(connection: Connection, key: str, value: str, max_age: int) -> Cookie:
    return Cookie(
        key=key,
        value=value,
        max_age=max_age,
        httponly=True,
        samesite="lax",
        secure=is_secure(connection),
        path="/",
    )


def _origin(forwarded: str, peer: str, trusted: Networks) -> str:
    """Return the last address of the chain that is not one of our proxies; what stands before it may be invented."""
    for address in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
        if not _parsed(address):
            return peer
        if not _is_in(address, trusted):
            return address
        peer = address
    return peer


def _is_in(address: str, trusted: Networks) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in trusted)


def _parsed(address: str) -> Any:
    try:
        return ip_address(address)
    except ValueError:
        return None
