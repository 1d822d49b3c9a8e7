"""Traffic: how many requests each route answers, with which status, and how soon. Two additions a request."""

from time import perf_counter
from typing import Any

from orderhub.observability.meters import Counter, Histogram

REQUESTS = Counter("orderhub_http_requests_total", "requests answered", "method", "route", "status")
SECONDS = Histogram(
    "orderhub_http_seconds",
    "from a request's head to its answer's",
    *("method", "route"),
    bounds=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5),
)

_NO_ROUTE = "(none)"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def began(scope: Any) -> None:
    """Note when a request came."""
    scope["state"]["began"] = perf_counter()


def answered(scope: Any, status: int) -> None:
    """Count an answer. A route goes by its template: an address may hold anything."""
    route = scope.get("path_template") or _NO_ROUTE
    method = scope["method"] if scope["method"] in _METHODS else "OTHER"
    REQUESTS.counts[method, route, _STATUS[status]] += 1
    SECONDS.of(method, route).observe(perf_counter() - scope["state"]["began"])


_STATUS = {status: str(status) for status in range(100, 600)}
