"""Buyers with phones, who open a link and keep looking at it."""

import re
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.chromium import phone
from tests.stories.hub import ServedHub

STAYED = "window.neverReloaded"
# A hub that is killed, and a link that is replaced, are told on the console too.
_EXPECTED = re.compile(r"WebSocket connection to|Failed to load resource")


class Buyers:
    """Opens phones; what goes wrong on any of them is kept."""

    def __init__(self, chromium: Browser, hub: ServedHub) -> None:
        self._chromium = chromium
        self._hub = hub
        self._phones: list[BrowserContext] = []
        self.complaints: list[str] = []

    async def phone(self, *, language: str = "zh-CN") -> Page:
        """Return the one tab of a new phone."""
        context = await phone(self._chromium, base_url=self._hub.address, language=language)
        return await self._watched(context)

    async def other(self, **features: Any) -> Page:
        """Return the one tab of something else than a usual phone."""
        return await self._watched(await self._chromium.new_context(base_url=self._hub.address, **features))

    async def go_home(self) -> None:
        """Put the phones away; nothing may have gone wrong on them."""
        for context in self._phones:
            await context.close()
        assert self.complaints == []

    async def _watched(self, context: BrowserContext) -> Page:
        self._phones.append(context)
        page = await context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self._hear(said.type, said.text))
        return page

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not _EXPECTED.search(text):
            self.complaints.append(text)


async def look(page: Page, path: str) -> None:
    """Open a link, wait until the page is live, and mark it."""
    await page.goto(path)
    await is_live(page)
    await page.evaluate(f"{STAYED} = true")


async def is_live(page: Page) -> None:
    """Wait until the chip says so."""
    await expect(page.locator("#live.t-cust")).to_be_visible(timeout=20_000)


async def never_reloaded(page: Page) -> bool:
    """Tell whether it is still the page that was opened."""
    return bool(await page.evaluate(STAYED))


async def as_read(page: Page) -> str:
    """Return the live part as a reader meets it, without times, which move on by themselves."""
    text: str = await page.evaluate(_READ)
    return text


_READ = """() => {
  const copy = document.querySelector('#journey-tracks').cloneNode(true);
  copy.querySelectorAll('time, rect').forEach(e => e.remove());
  copy.querySelectorAll('li.row').forEach(e => e.remove());
  return copy.innerHTML.replace(/\\s+/g, ' ');
}"""
