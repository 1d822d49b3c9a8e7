"""Forms of other sites are refused: by a token that only our pages know, and by the Origin every browser names.

A request with a bearer token needs neither, because no other site can make a browser send one.
"""

from collections.abc import Collection
from typing import Any

from litestar.config.csrf import CSRFConfig
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.middleware.csrf import CSRFMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from orderhub.accounts import access, edge
from orderhub.front.refusals import ForeignPage
from orderhub.kernel import secrets

_EXEMPT = "exclude_from_csrf"
_SAFE = ("GET", "HEAD", "OPTIONS")


class Csrf:
    """Litestar's token check, with a cookie that fits the scheme, and our own check of the Origin before it."""

    def __init__(self, app: ASGIApp, origins: Collection[str] = ()) -> None:
        self._app = app
        self._origins = frozenset(origins)
        self._checked: dict[bool, CSRFMiddleware] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["route_handler"].opt.get(_EXEMPT):
            await self._app(scope, receive, send)
            return
        connection: edge.Connection = ASGIConnection(scope)
        if edge.bearer(connection) is not None:
            await self._app(scope, receive, send)
            return
        if scope["method"] not in _SAFE:
            self._refuse_foreign(connection)
            await _refuse_outsiders(connection)
        await self._check(scope)(scope, receive, send)

    def _refuse_foreign(self, connection: edge.Connection) -> None:
        origin = connection.headers.get("origin")
        if not edge.same_origin(connection) and origin not in self._origins:
            raise ForeignPage(expected=connection.headers.get("host", ""), got=origin)

    def _check(self, scope: Any) -> CSRFMiddleware:
        secure = scope["scheme"] == "https"
        if secure not in self._checked:
            # Not made with the app: the root key is opened when it starts.
            config = CSRFConfig(
                secret=secrets.derive("csrf").hex(),
                cookie_name="__Host-csrftoken" if secure else "csrftoken",
                cookie_secure=secure,
                cookie_httponly=True,
            )
            self._checked[secure] = CSRFMiddleware(self._app, config)
        return self._checked[secure]


async def _refuse_outsiders(connection: edge.Connection) -> None:
    """Ask the route's audience already here: to look for the token, a form is read whole, up to the route's limit."""
    handler = connection.scope["route_handler"]
    if audience := access.audience_of(handler):
        await audience(connection, handler)
