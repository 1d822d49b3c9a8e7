"""The panel on the order's page: the link as a code, a new link, and a delay explained to the buyer."""

import json
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import segno

from orderhub import app, settings
from orderhub.accounts import addresses
from orderhub.kernel import clock, postgres
from orderhub.rendering import times
from tests.browsers import Browser
from tests.journey.three_parcels import be_late, hours, link_of, parcels, three_parcels
from tests.people import hire
from tests.placed import draft, placed, shop

pytestmark = pytest.mark.usefixtures("clean")


async def page_of(order: UUID) -> str:
    return f"/orders/{await postgres.fetchval('select number from orders where id = $1', order)}"


async def send(browser: Browser, path: str, **fields: Any) -> httpx.Response:
    headers = {"x-csrftoken": await browser.form_token(), "HX-Request": "true"}
    return await browser.post(path, data=fields, headers=headers)


async def test_the_code_is_the_link_and_names_nobody() -> None:
    (order,) = await placed([draft(await shop())])
    async with Browser() as browser:
        await browser.arrive(await hire("he", "service"))
        code = await browser.get(f"{await page_of(order)}/link.svg")
    assert code.headers["content-type"] == "image/svg+xml"
    wanted = segno.make(f"http://hub.test{await link_of(order)}", error="m", micro=False)
    assert _drawn(code.text) == _drawn(wanted.svg_inline(scale=4, light="#fff"))


def _drawn(code: str) -> list[str]:
    return re.findall(r' d="([^"]+)"', code)


async def test_the_code_names_the_house_as_buyers_call_it() -> None:
    (order,) = await placed([draft(await shop())])
    called = app.create(settings.load({"ORDERHUB_ORIGIN": "https://hub.example.com"}), lifespan=())
    try:
        async with Browser(app=called) as browser:
            await browser.arrive(await hire("he", "service"))
            page = (await browser.get(await page_of(order))).text
        assert f'data-copy="https://hub.example.com{await link_of(order)}"' in page
    finally:
        addresses.use_origin(None)


async def test_a_new_link_takes_the_place_of_the_one_before() -> None:
    (order,) = await placed([draft(await shop())])
    before = await link_of(order)
    async with Browser() as browser:
        await browser.arrive(await hire("he", "service"))
        panel = await page_of(order)
        assert before in (await browser.get(panel)).text
        assert (await send(browser, f"{panel}/links", key="one")).status_code == 204
        assert (await send(browser, f"{panel}/links", key="one")).status_code == 204
        assert await link_of(order) in (await browser.get(panel)).text
        assert (await browser.get(before)).status_code == 410
    assert await postgres.fetchval("select generation from journey_links") == 1


async def test_whoever_may_not_replace_it_is_not_offered_to() -> None:
    (order,) = await placed([draft(await shop())])
    async with Browser() as browser:
        await browser.arrive(await hire("qian", "finance"))
        page = (await browser.get(await page_of(order))).text
        assert await link_of(order) in page
        assert "Replace link" not in page
        assert "Tell the buyer why" not in page
        assert (await send(browser, f"{await page_of(order)}/links")).status_code == 403


async def test_a_delay_is_told_in_the_clock_of_the_house() -> None:
    order = await three_parcels()
    _, two, _ = await parcels(order)
    await be_late(two)
    visit = await postgres.fetchval("select visit_id from subjects where id = $1", two)
    local = (clock.now() + hours(3)).astimezone(times.zone()).replace(second=0, microsecond=0)
    async with Browser() as browser:
        await browser.arrive(await hire("he", "service"))
        panel = await page_of(order)
        fields = {"subject": str(two), "visit": str(visit), "reason": "report", "key": "k"}
        answer = await send(browser, f"{panel}/delays", expected_at=f"{local:%Y-%m-%dT%H:%M}", **fields)
        assert answer.status_code == 204, answer.text
        assert "Waits for its test report" in (await browser.get(panel)).text
        buyers = (await browser.get(f"{await link_of(order)}?lang=en")).text
    assert "Expected to move on by <time" in buyers
    assert await postgres.fetchval("select expected_at from journey_delays") == local
    body = json.loads(
        await postgres.fetchval("select body from ledger where body like '%journey.explained%'")
    )
    assert [change["field"] for change in body["changes"]] == ["delay.reason", "delay.expected_at"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"expected_at": "tomorrow"}, 422),
        ({"expected_at": "2020-01-01T10:00"}, 422),
        ({"reason": "bad mood"}, 422),
        ({"visit": "01a203f9-9f6f-763c-817b-cefc40cb6afa"}, 409),
        ({"subject": "01a203f9-9f6f-763c-817b-cefc40cb6afa"}, 422),
        ({"subject": "x"}, 422),
    ],
)
async def test_what_cannot_be_told_is_refused(change: dict[str, str], status: int) -> None:
    order = await three_parcels()
    one, *_ = await parcels(order)
    visit = await postgres.fetchval("select visit_id from subjects where id = $1", one)
    good = {"subject": str(one), "visit": str(visit), "reason": "busy"}
    good["expected_at"] = f"{clock.now() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    async with Browser() as browser:
        await browser.arrive(await hire("he", "service"))
        answer = await send(browser, f"{await page_of(order)}/delays", **(good | change))
    assert answer.status_code == status
    assert await postgres.fetchval("select count(*) from journey_delays") == 0


@pytest.mark.parametrize("moment", ["2020-01-01T10:00", "tomorrow", ""])
async def test_a_moment_that_is_over_or_none_is_refused_in_whole_sentences(moment: str) -> None:
    order = await three_parcels()
    one, *_ = await parcels(order)
    visit = await postgres.fetchval("select visit_id from subjects where id = $1", one)
    fields = {"subject": str(one), "visit": str(visit), "reason": "busy", "expected_at": moment}
    async with Browser() as browser:
        await browser.arrive(await hire("he", "service"))
        browser.cookies.set("lang", "zh-CN", domain="hub.test")
        answer = await send(browser, f"{await page_of(order)}/delays", **fields)
    assert "填一个还没到的日期和时间" in answer.text


async def test_the_timeline_tells_what_the_buyer_did_without_a_name() -> None:
    order = await three_parcels()
    async with Browser() as browser:
        await browser.post(f"{await link_of(order)}/hurries", data={"number": "1"})
        await browser.arrive(await hire("he", "service"))
        page = (await browser.get(f"{await page_of(order)}?lang=zh-CN")).text
    told = re.sub(r"<[^>]+>", " ", page)
    assert "买家催了一下" in told
    assert "买家催了 1 次" in told
