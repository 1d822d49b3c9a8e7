"""What every answer says to the browser."""

import pytest

from orderhub.front.headers import POLICY
from tests.browsers import Browser, Program

pytestmark = pytest.mark.usefixtures("clean")


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/me", "/api/me", "/healthz", "/schema"])
async def test_every_answer_carries_policy_and_number(path: str) -> None:
    async with Browser() as browser:
        answer = await browser.get(path)
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert len(answer.headers["x-request-id"]) == 32
    assert "server" not in answer.headers
    assert "strict-transport-security" not in answer.headers


def test_the_policy_allows_no_inline_code_no_eval_and_no_other_host() -> None:
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert "*" not in POLICY
    assert POLICY.startswith("default-src 'none'")


async def test_over_tls_browsers_are_told_to_stay_there() -> None:
    async with Browser(base_url="https://hub.test") as browser:
        answer = await browser.get("/sign-in")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_pages_of_people_are_not_kept_by_anybody() -> None:
    async with Browser() as browser, Program() as program:
        assert (await browser.get("/sign-in")).headers["cache-control"] == "no-store"
        assert (await program.get("/api/me")).headers["cache-control"] == "no-store"


async def test_two_requests_have_two_numbers() -> None:
    async with Program() as program:
        first, second = await program.get("/healthz"), await program.get("/healthz")
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


async def test_the_page_of_the_doors_needs_no_script_and_no_other_host() -> None:
    async with Browser() as browser:
        page = (await browser.get("/schema")).text
        schema = (await browser.get("/schema/openapi.json")).json()
    assert "/api/people/{person_id}" in page
    assert "https://" not in page
    assert "<script>" not in page
    assert schema["info"]["title"] == "OrderHub"
    assert "/sign-in" not in schema["paths"]


async def test_the_description_tells_refusals_as_they_are_sent() -> None:
    async with Program() as program:
        schema = (await program.get("/schema/openapi.json")).json()
        refused = (await program.get("/api/me")).json()
    answers = schema["paths"]["/api/people"]["post"]["responses"]
    assert set(answers) == {"201", "4XX"}
    assert list(answers["4XX"]["content"]) == ["application/problem+json"]
    assert refused.keys() <= schema["components"]["schemas"]["Problem"]["properties"].keys()


async def test_the_description_holds_the_doors_for_programs_and_no_pages() -> None:
    async with Program() as program:
        schema = (await program.get("/schema/openapi.json")).json()
    assert {"/api/orders", "/api/moves", "/webhooks/{shop_id}"} <= schema["paths"].keys()
    assert [path for path in schema["paths"] if not path.startswith(("/api/", "/webhooks/"))] == []
    for operations in schema["paths"].values():
        for operation in operations.values():
            assert operation["description"], operation
