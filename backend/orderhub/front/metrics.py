"""/metrics: what this hub tells Prometheus about itself, in one answer for every process of this machine.

Read by whoever has the token; without a token by programs on this machine only, and only when they come straight to us and
call us by a name of this machine: a proxy makes every stranger look like one of them, and so does a page that had its name
point here. To all others there is no such page.
"""

import asyncio
import hmac
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import msgspec
from litestar import Request, Response, get

from orderhub.accounts import edge
from orderhub.accounts.access import PUBLIC
from orderhub.accounts.refusals import UnknownToken
from orderhub.front import health
from orderhub.front.refusals import NoSuchPage
from orderhub.observability import neighbours
from orderhub.observability.meters import Family
from orderhub.worker import arrears

AnyRequest: TypeAlias = Request[Any, Any, Any]

# What proxies add to a request that they hand on.
_HANDED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")


class Access(msgspec.Struct, frozen=True):
    """Who may read, and where the processes of this machine tell what they count."""

    folder: Path
    token: str | None

    def require(self, request: AnyRequest) -> None:
        """Refuse whoever may not read."""
        if self.token is not None:
            if not hmac.compare_digest((edge.bearer(request) or "").encode(), self.token.encode()):
                raise UnknownToken
        elif not _is_local(request):
            raise NoSuchPage


@get("/metrics", guards=[PUBLIC], include_in_schema=False)
async def metrics(request: AnyRequest) -> Response[bytes]:
    """Tell what every process of this machine counts, and what waits in the database."""
    from orderhub.observability import exposition  # slow to import, and many hubs are never asked

    access: Access = request.app.state.metrics
    access.require(request)
    processes, checks, waiting = await asyncio.gather(
        neighbours.told(access.folder), _checks(), arrears.told()
    )
    text, media_type = exposition.text(
        [_alive(processes), *checks, *waiting],
        {name: families for name, families in processes.items() if families is not None},
        accept=request.headers.get("accept", ""),
    )
    return Response(text, headers={"Content-Type": media_type})


def _is_local(request: AnyRequest) -> bool:
    """Both ends of the connection are this machine, also by the name it was called by: a proxy calls us otherwise."""
    handed_on = any(name in request.headers for name in _HANDED_ON)
    called = f"//{request.headers.get('host', '')}"
    try:
        return (
            not handed_on
            and edge.is_loopback(edge.address(request))
            and edge.is_loopback(urlsplit(called).hostname)
        )
    except ValueError:  # nothing that can be a host
        return False


def _alive(processes: Mapping[str, object | None]) -> Family:
    means = "1: the process says what it counts; 0: it lives, and does not answer"
    samples = [((name,), (float(told is not None),)) for name, told in processes.items()]
    return Family("orderhub_process_up", "gauge", means, ("process",), samples)


async def _checks() -> Sequence[Family]:
    state = await health.examined()
    checks = [((name,), (float(not answer),)) for name, answer in state.checks.items()]
    ready = [((), (float(state.is_ready),))]
    return [
        Family("orderhub_ready", "gauge", "1: the process that was asked can serve (/readyz)", (), ready),
        Family("orderhub_check_up", "gauge", "1: well; what /readyz asks", ("check",), checks),
    ]
