"""How the page of the check looks and what it weighs: readable on a phone, in the dark, without scripts, by everybody."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Page, expect

import tests.screens
from orderhub.rendering.languages import LANGUAGES
from tests.axe import violations
from tests.dossier.held import Held, dossier_of, eventful_order
from tests.journey.buyers import Buyers
from tests.journey.weighing import BUDGET_BYTES, first_view
from tests.proof.test_verify import tamper

FAULTS = (Path(tests.screens.__file__).parent / "faults.js").read_text("utf-8")
SIZES = {"phone": (412, 839), "narrow": (320, 568), "desk": (1280, 800)}


async def sound_and_altered() -> tuple[Held, Held]:
    """Two dossiers, of which the second's order was altered."""
    sound, altered = (
        await dossier_of(await eventful_order()),
        await dossier_of(await eventful_order(name="x")),
    )
    await tamper("update orders set currency = 'USD' where id = $1", altered.order)
    await tamper("update subjects set head_digest = '\\x00' where id = $1", altered.order)
    return sound, altered


async def faults(page: Page) -> list[object]:
    return [*await page.evaluate(FAULTS), *await violations(page)]


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
async def test_nothing_is_cut_off_too_small_or_unreadable(buyers: Buyers, size: str, lang: str) -> None:
    width, height = SIZES[size]
    page = await buyers.other(viewport={"width": width, "height": height}, is_mobile=size != "desk")
    for address in (*(held.path for held in await sound_and_altered()), "/check/nothing"):
        await page.goto(f"{address}?lang={lang}")
        assert await faults(page) == [], address


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGUAGES)
async def test_in_the_dark_it_is_as_readable(buyers: Buyers, lang: str) -> None:
    theme: Literal["dark"] = "dark"
    page = await buyers.other(viewport={"width": 412, "height": 839}, color_scheme=theme)
    for held in await sound_and_altered():
        await page.goto(f"{held.path}?lang={lang}")
        assert await faults(page) == []


@pytest.mark.browser
async def test_without_scripts_a_phone_compares_the_file(buyers: Buyers, tmp_path: Path) -> None:
    held = await dossier_of(await eventful_order())
    page = await buyers.other(viewport={"width": 412, "height": 839}, java_script_enabled=False)
    await page.goto(f"{held.path}?lang=zh-CN")
    for content, said in ((held.file, "就是这份文件"), (held.file[:-1], "不是这份文件")):
        file = tmp_path / "dossier.pdf"
        file.write_bytes(content)
        await page.locator("#file").set_input_files(file)
        await page.get_by_role("button", name="比对").click()
        await expect(page.locator("#compared h2")).to_have_text(said)


async def test_the_first_view_weighs_less_than_thirty_thousand_bytes(clean: str) -> None:
    weights = await first_view((await dossier_of(await eventful_order())).path)
    assert sum(weights.values()) <= BUDGET_BYTES, weights
    assert not any("ttf" in name for name in weights)
