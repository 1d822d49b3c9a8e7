"""How the page looks and what it weighs: readable for everybody, nothing cut off or too small, on one screen and on paper."""

from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe

import tests.screens
from orderhub.rendering.languages import LANGUAGES
from tests.journey.buyers import Buyers
from tests.journey.three_parcels import busy_order, link_of
from tests.journey.weighing import BUDGET_BYTES, first_view

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
        report = (await Axe().run(page)).response
        assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in report["violations"]] == []


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
