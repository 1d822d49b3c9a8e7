"""The page around a template: who looks, in which language, where they are, and the token their forms carry."""

from collections.abc import Iterable
from typing import Any

from litestar import MediaType, Request
from litestar.datastructures import Cookie
from litestar.response import Response
from litestar.response.base import ASGIResponse
from litestar.utils.empty import value_or_default
from litestar.utils.scope.state import ScopeState

from orderhub.kernel.actors import Actor
from orderhub.rendering import browsers, languages, nav, offline, templates

_YEAR = 365 * 24 * 3600


class Page(Response[bytes]):
    """A whole page, or a part of one for the viewer who asked: ``return Page("orders/list.html", orders=rows)``."""

    def __init__(self, template: str, /, *, status_code: int | None = None, **context: Any) -> None:
        super().__init__(b"", media_type=MediaType.HTML, status_code=status_code)
        self.template = template
        self.context = context

    def to_asgi_response(self, app: Any, request: Request[Any, Any, Any], **options: Any) -> ASGIResponse:
        """Render for this request."""
        lang = languages.of(request)
        self.content = templates.render(self.template, lang, **viewer(request), **self.context).encode()
        for name, value in _keeping(request, self.status_code).items():
            self.headers.setdefault(name, value)
        self.cookies.extend(_chosen(request, lang))
        return super().to_asgi_response(app, request, **options)


class Fragment(Response[bytes]):
    """A live region through the ordinary route: the same bytes the socket would bring, without anything of the viewer."""

    def __init__(self, html: str) -> None:
        super().__init__(html.encode(), media_type=MediaType.HTML, headers={"Cache-Control": "no-store"})


def viewer(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Return what every page knows about the one who looks at it."""
    actor: Actor | None = request.scope.get("user")
    return {
        "actor": actor,
        "tabs": nav.tabs(actor),
        "here": nav.current(request.url.path),
        "path": request.url.path,
        "csrf": value_or_default(ScopeState.from_scope(request.scope).csrf_token, ""),
        "captive": browsers.captive(request.headers.get("user-agent", "")),
    }


def _keeping(request: Request[Any, Any, Any], status_code: int | None) -> dict[str, str]:
    """Say who may keep a page: no cache, and the person's own phone for a while if they opened it as a page."""
    fields = {"Cache-Control": "no-store", "Vary": "Cookie, Accept-Language, HX-Request"}
    actor: Actor | None = request.scope.get("user")
    is_opened = request.method == "GET" and "hx-request" not in request.headers
    if actor and actor.kind == "person" and is_opened and status_code in (None, 200):
        fields |= offline.permission(actor)
    return fields


def _chosen(request: Request[Any, Any, Any], lang: str) -> Iterable[Cookie]:
    if request.query_params.get(languages.COOKIE) == lang:
        secure = request.url.scheme == "https"
        yield Cookie(key=languages.COOKIE, value=lang, max_age=_YEAR, samesite="lax", secure=secure)
