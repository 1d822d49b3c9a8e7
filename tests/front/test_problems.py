"""Refusals over HTTP: problem+json to programs, a toast to htmx, a page to people; in the reader's language."""

import json
import logging
from typing import Any

import httpx
import pytest
from litestar import get, post
from litestar.params import FromQuery, JSONBody

from orderhub import app, settings
from orderhub.accounts.access import PUBLIC, requires
from orderhub.kernel.errors import Refusal, VisitOver
from orderhub.rendering.catalogue import words
from tests.browsers import Browser, Program, hub
from tests.people import hire, token

pytestmark = pytest.mark.usefixtures("clean")


@get("/broken", guards=[PUBLIC])
async def broken() -> None:
    raise RuntimeError("phone 13812342046, token oht_abcdefghijklmnop")


@get("/away", guards=[PUBLIC])
async def away() -> None:
    raise ConnectionRefusedError


@get("/moved-on", guards=[PUBLIC])
async def moved_on() -> None:
    raise VisitOver(stage="packed")


@get("/typed", guards=[PUBLIC])
async def typed(number: FromQuery[int]) -> int:
    return number


@post("/echo", guards=[PUBLIC], opt={"exclude_from_csrf": True})
async def echo(data: JSONBody[dict[str, Any]]) -> dict[str, Any]:
    return data


@get("/finance-only", guards=[requires("finance")])
async def finance_only() -> str:
    return "money"


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> app.Hub:
    """The app with doors that fail in every way."""
    monkeypatch.setattr(app, "DOORS", [*app.DOORS, broken, away, moved_on, typed, echo, finance_only])
    return app.create(settings.load({"ORDERHUB_MAX_BODY_BYTES": "2048"}), lifespan=())


def problem(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == answer.status_code
    assert told["request_id"] == answer.headers["x-request-id"]
    return told


async def test_a_program_is_told_what_happened_what_came_and_what_to_do(tried: app.Hub) -> None:
    async with Program(await token("sales"), app=tried) as program:
        told = problem(await program.get("/finance-only"))
    assert told["title"] == "Forbidden"
    assert told["code"] == "not_allowed"
    assert (told["expected"], told["got"]) == ("finance", "sales")
    assert "manager" in told["detail"]
    assert told["next"]


async def test_a_program_may_be_told_in_chinese(tried: app.Hub) -> None:
    async with Program(app=tried) as program:
        answer = await program.get("/moved-on", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert answer.headers["content-language"] == "zh-CN"
    assert problem(answer)["detail"].startswith("晚了一步")


async def test_title_and_detail_are_not_swapped(tried: app.Hub) -> None:
    async with Program(app=tried) as program:
        first, second = await program.get("/moved-on"), await program.get("/api/nowhere")
    assert problem(first)["title"] == "Conflict"
    assert problem(first)["detail"] == words("en").text("refusal.visit_over")
    assert problem(second)["title"] == "Not found"


async def test_a_person_sees_a_page_of_ours(tried: app.Hub) -> None:
    async with Browser(app=tried) as browser:
        answer = await browser.get("/moved-on")
    assert answer.status_code == 409
    assert answer.headers["content-type"].startswith("text/html")
    assert words("en").text("refusal.visit_over") in answer.text


async def test_htmx_gets_a_toast_and_not_a_page(tried: app.Hub) -> None:
    async with Browser(app=tried) as browser:
        answer = await browser.get("/moved-on", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert 'class="toast"' in answer.text
    assert "<html" not in answer.text


async def test_htmx_of_a_session_that_is_over_leads_to_sign_in_and_back() -> None:
    async with Browser() as browser:
        answer = await browser.get(
            "/me", headers={"HX-Request": "true", "HX-Current-URL": "http://hub.test/orders?stage=paid"}
        )
    assert (answer.status_code, answer.text) == (401, "")
    assert answer.headers["hx-redirect"] == "/sign-in?next=/orders%3Fstage%3Dpaid"


async def test_an_unknown_address_is_said_to_programs_and_people() -> None:
    async with Program() as program, Browser() as browser:
        assert problem(await program.get("/api/nowhere"))["code"] == "no_such_page"
        page = await browser.get("/nowhere")
    assert page.status_code == 404
    assert "There is no such page" in page.text


async def test_a_wrong_method_names_the_right_ones() -> None:
    async with Program(await token("admin")) as program:
        told = problem(await program.put("/api/people"))
    assert told["status"] == 405
    assert told["got"] == "PUT"
    assert "GET" in told["expected"]
    assert "POST" in told["expected"]


async def test_a_parameter_of_the_wrong_shape_is_named(tried: app.Hub) -> None:
    async with Program(app=tried) as program:
        told = problem(await program.get("/typed?number=many"))
    assert (told["status"], told["data"]["field"]) == (400, "number")


async def test_a_body_that_is_no_json_is_a_400(tried: app.Hub) -> None:
    async with Program(app=tried) as program:
        told = problem(
            await program.post("/echo", content=b"{broken", headers={"Content-Type": "application/json"})
        )
    assert told["status"] == 400


async def test_a_body_over_the_limit_is_a_413_with_the_limit(tried: app.Hub) -> None:
    async with Program(app=tried) as program:
        told = problem(await program.post("/echo", json={"a": "x" * 3000}))
        assert (told["status"], told["expected"]) == (413, 2048)


async def test_a_body_over_the_limit_sent_in_chunks_is_a_413(tried: app.Hub) -> None:
    async def chunks() -> Any:
        for _ in range(30):
            yield b" " * 100

    async with Program(app=tried) as program:
        answer = await program.post("/echo", content=chunks(), headers={"Content-Type": "application/json"})
    assert problem(answer)["status"] == 413


async def test_a_fault_shows_its_number_and_nothing_else(
    tried: app.Hub, caplog: pytest.LogCaptureFixture
) -> None:
    async with Program(app=tried) as program, Browser(app=tried) as browser:
        told = problem(await program.get("/broken"))
        page = await browser.get("/broken")
    assert told["code"] == "fault"
    assert "RuntimeError" not in json.dumps(told) + page.text
    assert page.headers["x-request-id"] in page.text
    assert any(told["request_id"] in record.getMessage() for record in caplog.records)


async def test_a_database_that_is_away_is_a_503_with_when_to_come_back(tried: app.Hub) -> None:
    async with Program(app=tried) as program:
        answer = await program.get("/away")
    assert problem(answer)["code"] == "unavailable"
    assert answer.headers["retry-after"] == "2"


async def test_refusals_are_answers_and_not_faults_in_the_log(
    tried: app.Hub, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        async with Program(app=tried) as program:
            await program.get("/moved-on")
            await program.get("/api/nowhere")
            await program.get("/typed?number=many")
    assert [record for record in caplog.records if record.name == "orderhub.faults"] == []


async def test_a_role_that_is_not_enough_gets_a_page_and_stays_signed_in() -> None:
    anna = await hire("anna", "warehouse")
    async with Browser() as browser:
        await browser.arrive(anna)
        page = await browser.get("/board")
        assert page.status_code == 403
        assert "Your role may not do this" in page.text
        assert (await browser.get("/me")).status_code == 200


def refusals() -> list[type[Refusal]]:
    hub()
    found, todo = [], [Refusal]
    while todo:
        subclasses = todo.pop().__subclasses__()
        todo += subclasses
        found += [one for one in subclasses if one.__module__.startswith("orderhub.")]
    return found


@pytest.mark.parametrize("status", sorted({refusal.status for refusal in refusals()}))
def test_every_status_we_refuse_with_has_a_title_and_a_next_step(status: int) -> None:
    for lang in ("zh-CN", "en"):
        assert f"problem.{status}.title" in words(lang)
        assert f"problem.{status}.next" in words(lang)
