"""Refusals and faults, told to whoever asked: problem+json (RFC 9457) to programs, a toast to htmx, a page to people.

This is the one place where a Refusal becomes HTTP. The words come from the catalogue, in the reader's language.
"""

import logging
from typing import Any, TypeAlias
from urllib.parse import quote

import asyncpg
import msgspec
from litestar import Request, Response
from litestar.exceptions import (
    ClientException,
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    PermissionDeniedException,
    ValidationException,
)
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect
from litestar.types import ExceptionHandlersMap

from orderhub.accounts import edge
from orderhub.accounts.refusals import NotSignedIn
from orderhub.front import pages
from orderhub.front.refusals import (
    BadRequest,
    Fault,
    NoSuchMethod,
    NoSuchPage,
    StaleForm,
    TooLarge,
    Unavailable,
    Unreadable,
    Unstorable,
)
from orderhub.front.unstorable import is_odd, is_unstorable
from orderhub.intake.passing import passes
from orderhub.kernel.errors import Refusal
from orderhub.observability.refusals import REFUSED
from orderhub.rendering import languages
from orderhub.rendering.catalogue import words

AnyRequest: TypeAlias = Request[Any, Any, Any]

_log = logging.getLogger(__name__)
_RETRY_SECONDS = {429: "60", 503: "2"}


class Problem(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A refusal as RFC 9457 tells it, with what was expected, what came, and what to do next."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    next: str
    request_id: str
    expected: Any = None
    got: Any = None
    data: dict[str, Any] = {}


def refused(request: AnyRequest, refusal: Refusal) -> Response[Any]:
    """Answer with a refusal, in the form the asker can use."""
    REFUSED.add(refusal.code)
    if _is_program(request):
        return _problem(request, refusal)
    if request.headers.get("hx-request"):
        return _to_htmx(request, refusal)
    if isinstance(refusal, NotSignedIn):
        return Redirect(_sign_in(request.url.path, request.url.query), status_code=303)
    return pages.error(refusal, request_id=_request_id(request))


def refused_by_litestar(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """Answer with what Litestar refuses by itself, as one of our refusals."""
    return refused(request, _as_refusal(request, error))


def unstorable(request: AnyRequest, error: asyncpg.DataError) -> Response[Any]:
    """Answer for a value the database cannot hold: no such address, or a request to be corrected."""
    if not is_unstorable(error):
        return failed(request, error)
    in_path = any(is_odd(value) for value in request.path_params.values())
    return refused(request, NoSuchPage() if in_path else Unstorable())


def failed(request: AnyRequest, error: Exception) -> Response[Any]:
    """Answer a fault: nothing of it but the number under which the log tells more."""
    return refused(request, Unavailable() if passes(error) else Fault(request_id=_request_id(request)))


HANDLERS: ExceptionHandlersMap = {
    Refusal: refused,
    HTTPException: refused_by_litestar,
    asyncpg.DataError: unstorable,
    Exception: failed,
}


def told(refusal: Refusal, lang: str) -> str:
    """Return a refusal's words; where the catalogue and the refusal disagree, its code and data."""
    try:
        return words(lang).text(f"refusal.{refusal.code}", **refusal.data)
    except (KeyError, IndexError):
        _log.exception("no words for the refusal %s", refusal.code)
        return str(refusal)


def _common(refusal: Refusal, part: str, lang: str) -> str:
    known = words(lang)
    key = f"problem.{refusal.status}.{part}"
    return known.text(key if key in known else f"problem.{refusal.status // 100}00.{part}")


def _problem(request: AnyRequest, refusal: Refusal) -> Response[Any]:
    lang = languages.of(request)
    problem = Problem(
        type="about:blank",
        title=_common(refusal, "title", lang),
        status=refusal.status,
        detail=told(refusal, lang),
        code=refusal.code,
        next=_common(refusal, "next", lang),
        request_id=_request_id(request),
        expected=refusal.data.get("expected", refusal.data.get("needed")),
        got=refusal.data.get("got"),
        data=refusal.data,
    )
    headers = {"Content-Language": lang, "Vary": "Accept-Language, Cookie", **_extra_headers(refusal)}
    body = msgspec.json.encode(problem, enc_hook=str)
    return Response(body, status_code=refusal.status, media_type="application/problem+json", headers=headers)


def _to_htmx(request: AnyRequest, refusal: Refusal) -> Response[Any]:
    if isinstance(refusal, NotSignedIn):
        # The page the person looks at, not the fragment it asked for.
        page = request.headers.get("hx-current-url", "").partition("://")[2].partition("/")
        return Response(b"", status_code=401, headers={"HX-Redirect": _sign_in(f"/{page[2]}", "")})
    toast = pages.toast(told(refusal, languages.of(request)), status_code=refusal.status)
    toast.headers.update(_extra_headers(refusal))
    return toast


def _sign_in(path: str, query: str) -> str:
    asked = f"{path}?{query}" if query else path
    return "/sign-in" if asked == "/" else f"/sign-in?next={quote(asked, safe='/')}"


def _is_program(request: AnyRequest) -> bool:
    if request.headers.get("hx-request"):
        return False
    if request.url.path.startswith("/api/") or edge.bearer(request) is not None:
        return True
    return "text/html" not in request.headers.get("accept", "")


def _as_refusal(request: AnyRequest, error: HTTPException) -> Refusal:
    match error:
        case NotFoundException():
            return NoSuchPage()
        case MethodNotAllowedException():
            allowed = (error.headers or {}).get("allow", "") or (error.headers or {}).get("Allow", "")
            return NoSuchMethod(expected=allowed, got=request.method)
        case ValidationException():
            return _unreadable(error)
        case PermissionDeniedException():
            return StaleForm()
        case ClientException(status_code=413):
            return TooLarge(expected=_limit(request))
        case _ if error.status_code < 500:
            return BadRequest(expected=error.detail)
    return Fault(request_id=_request_id(request))


def _unreadable(error: ValidationException) -> Refusal:
    extra = error.extra if isinstance(error.extra, list) else []
    first = extra[0] if extra and isinstance(extra[0], dict) else {}
    return Unreadable(field=first.get("key", "body"), expected=first.get("message", error.detail))


def _limit(request: AnyRequest) -> int | None:
    handler = request.scope.get("route_handler")
    return handler.resolve_request_max_body_size() if isinstance(handler, HTTPRouteHandler) else None


def _extra_headers(refusal: Refusal) -> dict[str, str]:
    headers = {"Retry-After": _RETRY_SECONDS[refusal.status]} if refusal.status in _RETRY_SECONDS else {}
    if refusal.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return headers


def _request_id(request: AnyRequest) -> str:
    return str(request.scope["state"]["request_id"])
