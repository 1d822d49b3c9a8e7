"""The page around a template, as an app sends it."""

from typing import Any

import msgspec
import pytest
from litestar import Litestar, Request, get
from litestar.config.csrf import CSRFConfig
from litestar.testing import TestClient

from orderhub.rendering.page import Fragment, Page
from tests.rendering.samples.shapes import MIN


@get("/orders/7")
async def refused(request: Request[Any, Any, Any]) -> Page:
    if "known" in request.query_params:
        request.scope["user"] = MIN
    return Page("rendering/error.html", status_code=404, status=404, error="not here", request_id=None)


@get("/board")
async def board(request: Request[Any, Any, Any]) -> Page:
    if "known" in request.query_params:
        rights = frozenset({"admin"}) if "other" in request.query_params else MIN.roles
        request.scope["user"] = msgspec.structs.replace(MIN, roles=rights)
    return Page("rendering/error.html", status=200, error="here", request_id=None)


@get("/board/counts")
async def counts() -> Fragment:
    return Fragment("<section></section>")


@pytest.fixture(scope="module")
def client() -> TestClient[Litestar]:
    """A small app with a few pages."""
    app = Litestar([refused, board, counts], csrf_config=CSRFConfig(secret="s" * 32))
    return TestClient(app)


def test_a_page_is_html_of_its_moment(client: TestClient[Litestar]) -> None:
    answer = client.get("/orders/7")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert '<html lang="zh-CN">' in answer.text


def test_a_phone_may_keep_a_page_for_whom_it_was_made(client: TestClient[Litestar]) -> None:
    kept = client.get("/board?known")
    assert kept.headers["cache-control"] == "no-store"
    assert kept.headers["worker-cache-control"] == "private, max-age=43200"
    assert kept.headers["worker-cache-owner"] == client.get("/board?known").headers["worker-cache-owner"]
    other = client.get("/board?known&other").headers["worker-cache-owner"]
    assert other != kept.headers["worker-cache-owner"]


@pytest.mark.parametrize("path", ["/orders/7?known", "/board", "/board/counts"])
def test_refusals_pages_of_strangers_and_fragments_are_not_kept(
    client: TestClient[Litestar], path: str
) -> None:
    assert "worker-cache-control" not in client.get(path).headers


def test_a_part_for_htmx_is_not_kept(client: TestClient[Litestar]) -> None:
    assert "worker-cache-control" not in client.get("/board?known", headers={"HX-Request": "true"}).headers


def test_a_language_is_chosen_once_and_remembered(client: TestClient[Litestar]) -> None:
    chosen = client.get("/orders/7?lang=en")
    assert '<html lang="en">' in chosen.text
    assert chosen.cookies["lang"] == "en"
    assert '<html lang="en">' in client.get("/orders/7").text
    client.cookies.clear()


def test_a_language_we_do_not_speak_is_not_remembered(client: TestClient[Litestar]) -> None:
    assert "lang" not in client.get("/orders/7?lang=xx").cookies


def test_a_stranger_sees_no_navigation_and_opens_no_socket(client: TestClient[Litestar]) -> None:
    page = client.get("/orders/7").text
    assert "<nav" not in page
    assert "ws-connect" not in page


def test_somebody_sees_where_they_are(client: TestClient[Litestar]) -> None:
    page = client.get("/orders/7?known").text
    assert '<a href="/orders" aria-current="page">' in page
    assert 'data-person="person:12"' in page
    assert 'ws-connect="/live"' in page


def test_the_token_of_the_forms_is_the_cookies(client: TestClient[Litestar]) -> None:
    page = client.get("/orders/7?known")
    assert f'"x-csrftoken":"{client.cookies["csrftoken"]}"' in page.text


def test_a_fragment_is_sent_as_it_is(client: TestClient[Litestar]) -> None:
    answer = client.get("/board/counts")
    assert answer.text == "<section></section>"
    assert answer.headers["cache-control"] == "no-store"
