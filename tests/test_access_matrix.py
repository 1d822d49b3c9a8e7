"""Who may open what: every role tried on every route of the app, over HTTP, and everything out of reach not found.

Made from the routes themselves: a new route is in it at once, and needs an audience and a row in access_rows.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from litestar import Litestar, get
from litestar.routes.base import BaseRoute

from orderhub.accounts import access
from orderhub.kernel.actors import ROLES
from tests.access_rows import BODIES, ELSEWHERE, NOTHING_TO_REACH, OWN_ONLY, place
from tests.browsers import Browser, hub
from tests.people import hire

pytestmark = pytest.mark.usefixtures("clean")

SAMPLES = {int: 987_654_321, str: "nothing", "UUID": uuid4()}


def routes() -> Iterator[tuple[str, str, access.Audience]]:
    for method, path, handler in access.routes(hub()):
        audience = access.audience_of(handler)
        assert audience is not None
        yield method, path, audience


# Litestar keeps the methods of a path in a set; two processes have to name the tests in one order.
HTTP = sorted(
    (row for row in routes() if row[0] in {"GET", "POST", "PUT", "PATCH", "DELETE"}), key=lambda row: row[:2]
)


def filled(path: str, params: dict[str, Any] | None = None) -> str:
    """The path with its places filled: by what is given, or by something that does not exist."""
    route: BaseRoute = next(route for route in hub().routes if route.path_format == path)
    for part in route.path_components:
        if not isinstance(part, str):
            sample = SAMPLES.get(part.type, SAMPLES.get(part.type.__name__, "nothing"))
            path = path.replace(f"{{{part.name}}}", str((params or {}).get(part.name, sample)))
    return path


async def knock(browser: Browser, method: str, path: str, *, json: Any = None) -> tuple[int, str]:
    """Ask as a page's script would, and return status and the code of the refusal, if any."""
    headers = {"Accept": "application/json"}
    if token := browser.cookies.get("csrftoken"):
        headers["x-csrftoken"] = token
    answer = await browser.request(method, path, json=json, headers=headers)
    refused = answer.headers.get("content-type") == "application/problem+json"
    return answer.status_code, answer.json()["code"] if refused else ""


async def test_every_role_opens_exactly_the_routes_meant_for_it() -> None:
    await hire("keeper", "admin")
    wrong = []
    for role in ROLES:
        person = await hire(role, role)
        async with Browser() as browser:
            await browser.get("/sign-in")
            for method, path, audience in HTTP:
                await browser.arrive(person)
                status, code = await knock(browser, method, filled(path), json=BODIES.get((method, path)))
                refused = (status, code) == (403, "not_allowed")
                if (
                    refused == audience.allows(role)
                    or code in {"not_signed_in", "stale_form"}
                    or status >= 500
                ):
                    wrong.append(f"{role}: {method} {path} gave {status} {code}")
    assert wrong == []


async def test_a_stranger_opens_only_what_is_public() -> None:
    wrong = []
    async with Browser() as browser:
        await browser.get("/sign-in")
        for method, path, audience in HTTP:
            status, code = await knock(browser, method, filled(path), json=BODIES.get((method, path)))
            if audience.is_public == ((status, code) == (401, "not_signed_in")) or status >= 500:
                wrong.append(f"{method} {path} gave {status} {code}")
    assert wrong == []


@pytest.mark.parametrize(("method", "path"), [row[:2] for row in HTTP if "{" in row[1]])
async def test_what_lies_in_another_shop_or_warehouse_is_not_found(method: str, path: str) -> None:
    if path in NOTHING_TO_REACH:
        return
    here, there = await place("here"), await place("there")
    keeper = await hire("keeper", "admin")
    asker = await hire("asker", *ROLES, shops=[here.shop_id], warehouses=[here.warehouse_id])
    asked = filled(path, await ELSEWHERE[path](there))
    async with Browser() as browser:
        await browser.get("/sign-in")
        await browser.arrive(asker)
        assert await knock(browser, method, asked, json=BODIES.get((method, path))) == (404, "not_found")
        # The same address answers whoever reaches everything, so it was the reach and not the address.
        await browser.arrive(keeper)
        status, _ = await knock(browser, method, asked, json=BODIES.get((method, path)))
        assert (status == 404) == (path in OWN_ONLY)


def test_every_route_that_addresses_something_has_a_row() -> None:
    addressing = {path for _, path, _ in HTTP if "{" in path}
    assert addressing == ELSEWHERE.keys() | NOTHING_TO_REACH.keys()


def test_a_route_without_an_audience_does_not_start() -> None:
    @get("/forgotten")
    async def forgotten() -> str:
        return ""

    with pytest.raises(access.UndeclaredAudience, match="GET /forgotten"):
        access.require_audiences(Litestar([forgotten], openapi_config=None))


def test_an_audience_of_unknown_roles_is_refused() -> None:
    with pytest.raises(ValueError, match="boss"):
        access.requires("boss")
