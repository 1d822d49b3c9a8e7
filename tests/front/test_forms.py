"""Forms of other sites, and of pages that are too old."""

import pytest

from orderhub import app, settings
from orderhub.kernel import postgres
from tests.browsers import HOST, Browser
from tests.people import hire

pytestmark = pytest.mark.usefixtures("clean")

SHOP = {"name": "旗舰店", "channel": "generic", "currency": "CNY", "time_zone": "Asia/Shanghai"}


async def arrived(browser: Browser) -> dict[str, str]:
    """Sign an admin in, and return the headers a script of ours sends."""
    await browser.arrive(await hire("boss", "admin"))
    return {"x-csrftoken": await browser.form_token(), "Origin": HOST}


async def shops() -> int:
    count: int = await postgres.fetchval("select count(*) from shops")
    return count


async def test_a_request_of_our_own_page_changes_something() -> None:
    async with Browser() as browser:
        headers = await arrived(browser)
        assert (await browser.post("/api/shops", json=SHOP, headers=headers)).status_code == 201


async def test_a_request_without_the_pages_token_changes_nothing() -> None:
    async with Browser() as browser:
        headers = await arrived(browser)
        answer = await browser.post("/api/shops", json=SHOP, headers={"Origin": headers["Origin"]})
    assert (answer.status_code, answer.json()["code"]) == (403, "stale_form")
    assert await shops() == 0


async def test_a_token_of_another_browser_is_not_good() -> None:
    async with Browser() as browser, Browser() as other:
        headers = await arrived(browser)
        await other.get("/sign-in")
        browser.cookies.set("csrftoken", other.cookies["csrftoken"], domain="hub.test")
        answer = await browser.post("/api/shops", json=SHOP, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "origin", ["https://evil.test", "http://hub.test.evil.test", "null", "http://hub.test:8080"]
)
async def test_a_page_of_another_site_changes_nothing_even_with_a_good_token(origin: str) -> None:
    async with Browser() as browser:
        headers = await arrived(browser)
        answer = await browser.post("/api/shops", json=SHOP, headers={**headers, "Origin": origin})
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_page")
    assert await shops() == 0


async def test_a_page_under_the_public_name_of_the_hub_is_ours() -> None:
    named = app.create(settings.load({"ORDERHUB_ORIGIN": "https://hub.example.com"}), lifespan=())
    async with Browser(app=named) as browser:
        headers = await arrived(browser)
        answer = await browser.post(
            "/api/shops", json=SHOP, headers={**headers, "Origin": "https://hub.example.com"}
        )
    assert answer.status_code == 201


async def test_nobody_is_signed_in_by_a_form_of_another_site() -> None:
    await hire("anna", "manager")
    async with Browser() as browser:
        answer = await browser.post(
            "/sign-in", data={"login": "anna", "password": "x"}, headers={"Origin": "https://evil.test"}
        )
    assert answer.status_code == 403


async def test_over_tls_the_tokens_cookie_is_bound_to_this_very_host() -> None:
    async with Browser(base_url="https://hub.test") as browser:
        answer = await browser.get("/sign-in")
    (told,) = answer.headers.get_list("set-cookie")
    assert told.startswith("__Host-csrftoken=")
    assert "HttpOnly" in told
    assert "Secure" in told
