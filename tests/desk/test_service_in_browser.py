"""The service desk in a real browser: asked on phone and desk, answered, copied, live, and without scripts."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from orderhub.accounts import shops
from orderhub.kernel import clock, postgres
from orderhub.kernel.moves import Move, move
from tests.axe import violations
from tests.chromium import chromium as chromium
from tests.chromium import phone
from tests.desk.service import CHANNEL_NUMBER, number_of, on_its_way, our_shop
from tests.intake.test_receiving import send
from tests.journey.serving import serving
from tests.journey.three_parcels import be_late, link_of
from tests.live.test_viewers import open_session
from tests.people import acting, hire
from tests.placed import draft, placed, shipment_of

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("clean")]

_SOON_MS = 15_000
MESSAGE = "71999000111"


@pytest_asyncio.fixture(loop_scope="session")
async def address(clean: str) -> AsyncIterator[str]:
    async with serving() as address:
        yield address


async def signed_in(context: BrowserContext, address: str, *, lang: str = "zh-CN") -> Page:
    """Sign somebody of the service in, and return their one tab, on the desk."""
    cookies = {"session": await open_session(await hire("he", "service")), "lang": lang}
    await context.add_cookies([{"name": k, "value": v, "url": address} for k, v in cookies.items()])
    page = await context.new_page()
    page.set_default_timeout(_SOON_MS)
    await page.goto("/desk")
    return page


async def at_a_desk(chromium: Browser, address: str, **features: Any) -> BrowserContext:
    return await chromium.new_context(
        base_url=address,
        viewport={"width": 1280, "height": 800},
        permissions=["clipboard-read", "clipboard-write"],
        **features,
    )


async def clipboard(page: Page) -> str:
    text: str = await page.evaluate("navigator.clipboard.readText()")
    return text


async def test_at_a_desk_one_paste_and_one_press_answer_and_copy(chromium: Browser, address: str) -> None:
    order = await on_its_way(await our_shop())
    context = await at_a_desk(chromium, address)
    page = await signed_in(context, address)
    await expect(page.locator("#q")).to_be_focused()
    await page.keyboard.insert_text(f" 订单号：{CHANNEL_NUMBER[:4]} {CHANNEL_NUMBER[4:]} ")
    await page.keyboard.press("Enter")
    await expect(page.locator("#say-zh-CN")).to_contain_text("今天派送，顺丰尾号 4471")
    for lang, told in (("zh-CN", "你的订单 {}：今天派送"), ("en", "Your order {}: out for delivery")):
        await page.click(f"[data-copy='#say-{lang}']")
        await expect(page.locator(".toast").last).to_be_visible()
        copied = await clipboard(page)
        assert copied.startswith(told.format(await number_of(order)))
        assert copied.endswith(f"{address}{await link_of(order)}")
        assert "\n" not in copied
    await context.close()


async def test_at_a_desk_keys_are_enough_to_choose(chromium: Browser, address: str) -> None:
    place = await our_shop()
    orders = [await on_its_way(place, f"7000{n}", waybill=f"YT{n}") for n in range(3)]
    context = await at_a_desk(chromium, address)
    page = await signed_in(context, address)
    await page.keyboard.type("2046")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("3 张订单，是哪一张？")
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"):
        await page.keyboard.press(key)
    await expect(page.locator("[data-hits] a").nth(1)).to_be_focused()
    await page.keyboard.press("/")
    await expect(page.locator("#q")).to_be_focused()
    await expect(page.locator("#q")).to_have_value("2046")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#say-zh-CN")).to_contain_text(await number_of(orders[-1]))
    await context.close()


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_on_a_phone_the_answer_follows_what_happens(chromium: Browser, address: str, lang: str) -> None:
    (order,) = await placed([draft(await our_shop())])
    parcel = await shipment_of(order)
    context = await phone(chromium, base_url=address, language=lang)
    page = await signed_in(context, address, lang=lang)
    assert await page.evaluate("document.activeElement.id") != "q", "the keyboard would cover the page"
    await page.fill("#q", "2046")
    await page.tap(".ask-box button")
    await expect(page.locator("#live.t-cust")).to_be_visible()
    await page.evaluate("window.neverReloaded = true")
    answer = page.locator("#say-zh-CN")
    await expect(answer).to_contain_text("备货中，预计")

    await be_late(parcel, since=timedelta(hours=2))
    await expect(answer).to_contain_text("正在等仓库拣货，新时间一定就告诉你", timeout=_SOON_MS)
    await page.tap(f"#explain-{await visit_of(parcel)} summary")
    await page.select_option(f"#reason-{await visit_of(parcel)}", "stock")
    soon = clock.now() + timedelta(days=2)
    await page.fill(f"#expected-{await visit_of(parcel)}", f"{soon:%Y-%m-%dT%H:%M}")
    await page.tap(f"#explain-form-{await visit_of(parcel)} button")
    await expect(answer).to_contain_text("正在等补货", timeout=_SOON_MS)
    await expect(page.locator("#say-en")).to_contain_text("waiting for new stock")

    amin = acting(await hire("amin", "warehouse"), "warehouse")
    (verdict,) = await move([Move(subject=parcel, transition="pick")], actor=amin)
    assert verdict.refused is None
    await expect(answer).not_to_contain_text("正在等", timeout=_SOON_MS)
    assert await page.evaluate("window.neverReloaded")
    await context.close()


async def test_several_hits_follow_what_happens(chromium: Browser, address: str) -> None:
    place = await our_shop()
    (one, _) = await placed([draft(place, "70001"), draft(place, "70002")])
    context = await at_a_desk(chromium, address)
    page = await signed_in(context, address, lang="en")
    await page.goto("/desk?q=2046")
    await expect(page.locator("#live.t-cust")).to_be_visible()
    row = page.locator("[data-hits] a", has_text=await number_of(one))
    await expect(row).to_contain_text("Allocated")
    amin = acting(await hire("amin", "warehouse"), "warehouse")
    await move([Move(subject=await shipment_of(one), transition="pick")], actor=amin)
    await expect(row).to_contain_text("Picking", timeout=_SOON_MS)
    await context.close()


async def test_without_scripts_the_desk_answers_as_well(chromium: Browser, address: str) -> None:
    order = await on_its_way(await our_shop())
    context = await at_a_desk(chromium, address, java_script_enabled=False)
    page = await signed_in(context, address)
    await page.fill("#q", "王小明")
    await page.click(".ask-box button")
    told = (await page.locator("#say-en").text_content()) or ""
    assert re.match(rf"Your order {await number_of(order)}: out for delivery, ", told)
    await expect(page.locator(f"a[href='/orders/{await number_of(order)}']")).to_be_visible()
    await context.close()


@pytest.mark.parametrize("q", ["", CHANNEL_NUMBER, "2046", "13900000000", MESSAGE])
async def test_axe_finds_nothing_wrong(chromium: Browser, address: str, q: str) -> None:
    place = await our_shop()
    await on_its_way(place)
    await placed([draft(place, "70001")])
    entrance = await shops.entrance(place[0])
    assert entrance is not None
    await send(entrance.shop, f'{{"order": {{"number": "{MESSAGE}"}}}}'.encode())
    context = await phone(chromium, base_url=address)
    page = await signed_in(context, address)
    await page.goto(f"/desk?q={q}")
    await expect(page.locator("h1")).to_have_count(1)
    assert await violations(page) == []
    await context.close()


async def visit_of(parcel: Any) -> str:
    return str(await postgres.fetchval("select visit_id from subjects where id = $1", parcel))
