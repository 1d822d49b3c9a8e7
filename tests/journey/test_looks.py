"""How the page looks and what it weighs: readable for everybody, nothing cut off or too small, on one screen and on paper."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import expect

import tests.screens
from orderhub.accounts import sessions
from orderhub.kernel import postgres
from orderhub.rendering.languages import LANGUAGES
from tests.axe import violations
from tests.journey.buyers import Buyers
from tests.journey.three_parcels import busy_order, link_of
from tests.journey.weighing import BUDGET_BYTES, first_view
from tests.people import hire
from tests.stories.hub import ServedHub

FAULTS = (Path(tests.screens.__file__).parent / "faults.js").read_text("utf-8")
SIZES = {"phone": (412, 839), "narrow": (320, 568), "desk": (1280, 800)}


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
async def test_nothing_is_cut_off_overlaps_or_is_too_small(buyers: Buyers, size: str, lang: str) -> None:
    width, height = SIZES[size]
    page = await buyers.other(viewport={"width": width, "height": height}, is_mobile=size != "desk")
    path = await link_of(await busy_order())
    found = {}
    for address in (f"{path}?lang={lang}", f"/t/nothing?lang={lang}"):
        await page.goto(address)
        found[address] = await page.evaluate(FAULTS)
    assert [fault for faults in found.values() for fault in faults] == []


@pytest.mark.browser
@pytest.mark.parametrize(("lang", "theme"), [("zh-CN", "dark"), ("en", "light"), ("zh-CN", "light")])
async def test_axe_finds_nothing(buyers: Buyers, lang: str, theme: Literal["dark", "light"]) -> None:
    page = await buyers.other(viewport={"width": 412, "height": 839}, color_scheme=theme)
    path = await link_of(await busy_order())
    for address in (f"{path}?lang={lang}", f"/t/nothing?lang={lang}"):
        await page.goto(address)
        assert await violations(page) == []


@pytest.mark.browser
async def test_on_paper_there_are_no_buttons(buyers: Buyers) -> None:
    page = await buyers.other(viewport={"width": 800, "height": 1000})
    await page.goto(f"{await link_of(await busy_order())}?lang=zh-CN")
    await page.emulate_media(media="print")
    for button in await page.locator("button, a").all():
        assert not await button.is_visible()
    assert await page.locator(".jt").is_visible()


async def test_the_first_view_weighs_less_than_thirty_thousand_bytes(clean: str) -> None:
    weights = await first_view(await link_of(await busy_order()))
    assert sum(weights.values()) <= BUDGET_BYTES, weights


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_panel_that_hands_the_link_out_is_as_sound(
    buyers: Buyers, served: ServedHub, lang: str
) -> None:
    order = await busy_order()
    page = await buyers.other(viewport={"width": 412, "height": 839}, is_mobile=True)
    person = await hire("chen", "manager")
    async with postgres.transaction() as tx:
        token = await sessions.open_session(tx, person, device="0" * 32, agent=None, ip=None)
    await page.context.add_cookies([{"name": "session", "value": token, "url": served.address}])
    number = await postgres.fetchval("select number from orders where id = $1", order)
    await page.goto(f"/orders/{number}?lang={lang}")
    await page.locator("#order-link .code").scroll_into_view_if_needed()
    for fold in await page.locator("#order-link details").all():
        await fold.locator("summary").click()
    await expect(page.locator("#order-link .code")).to_have_js_property("complete", True)
    assert await page.evaluate(FAULTS) == []
    assert await violations(page) == []
