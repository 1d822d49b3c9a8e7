"""Every page as a person meets it: readable for everybody, nothing cut off, nothing too small for a thumb."""

from typing import Literal

import pytest
from playwright.async_api import Browser

from orderhub.kernel import clock
from orderhub.rendering.languages import LANGUAGES
from tests.axe import violations
from tests.rendering import samples
from tests.rendering.stand_in import StandIn

pytestmark = pytest.mark.browser

_FAULTS = """() => {
  const faults = [], wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > wide) faults.push(`${document.documentElement.scrollWidth} px wide`);
  for (const e of document.querySelectorAll('a, button, input:not([type=hidden]), select, summary')) {
    const box = e.getBoundingClientRect();
    const small = box.width && (box.width < 43.9 || box.height < 43.9);
    if (small && !e.closest('.skip')) faults.push(`${e.outerHTML.slice(0, 80)} ${box.width} x ${box.height}`);
  }
  return faults;
}"""
_SIZES = {"phone": (412, 839), "narrow": (320, 568), "desk": (1280, 800)}


def serve(hub: StandIn, lang: str) -> list[str]:
    """Put every sample page behind an address."""
    with clock.frozen(samples.NOW):
        made = samples.pages(lang)
    hub.answers = {f"/{name}": (200, html) for name, html in made.items()}
    return list(hub.answers)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("size", _SIZES)
async def test_nothing_is_cut_off_or_too_small(chromium: Browser, hub: StandIn, size: str, lang: str) -> None:
    width, height = _SIZES[size]
    context = await chromium.new_context(
        viewport={"width": width, "height": height}, is_mobile=size != "desk"
    )
    page = await context.new_page()
    found = {}
    for path in serve(hub, lang):
        await page.goto(hub.address + path)
        if faults := await page.evaluate(_FAULTS):
            found[path] = faults
    await context.close()
    assert found == {}


@pytest.mark.parametrize(("lang", "theme"), [("zh-CN", "dark"), ("en", "light")])
async def test_axe_finds_nothing(
    chromium: Browser, hub: StandIn, lang: str, theme: Literal["dark", "light"]
) -> None:
    context = await chromium.new_context(viewport={"width": 412, "height": 839}, color_scheme=theme)
    page = await context.new_page()
    found = {}
    for path in serve(hub, lang):
        await page.goto(hub.address + path)
        if faults := await violations(page):
            found[path] = faults
    await context.close()
    assert found == {}
