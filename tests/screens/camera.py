"""The camera: opens a page as a person would, takes its picture, and finds what is wrong with it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ConsoleMessage, Page, Request, Response

from tests.screens.looks import Look
from tests.screens.screens import Screen

_FAULTS = Path(__file__).with_name("faults.js").read_text("utf-8")
# The phone's text size setting, at 130 %.
_LARGER = "() => { document.documentElement.style.fontSize = '130%' }"
_USUAL = "() => { document.documentElement.style.fontSize = '' }"
# The pictures are taken without the service worker, whose stored pages would stand in for the server's.
_WITHOUT_WORKER = ("Service Worker registration blocked", "no service worker")
# A page may leave pictures for later that lie far below its fold.
_PICTURES = """
    Promise.all([...document.images].map((image) => {
        image.loading = 'eager';
        return image.complete || new Promise((come) => { image.onload = image.onerror = come; });
    })).then(() => true)
"""
_PATIENCE_MS = 15_000
_LONGEST_SECONDS = 60
_TRIES = 2  # a browser that has opened hundreds of pages hangs now and then


class Camera:
    """Sees pages in one look; ``faults`` holds what was found, by screen."""

    def __init__(
        self, browser: Browser, look: Look, *, address: str, folder: Path, tokens: Mapping[str, str]
    ) -> None:
        self.look = look
        self.faults: dict[str, list[str]] = {}
        self._browser = browser
        self._address = address
        self._folder = folder
        self._tokens = tokens

    async def take(self, screen: Screen, names: Mapping[str, str]) -> None:
        """Take one picture, and note what is wrong with the page."""
        for _ in range(_TRIES):
            try:
                async with asyncio.timeout(_LONGEST_SECONDS):
                    found = await self._see(screen, self._address + screen.path.format(**names))
                break
            except TimeoutError:
                found = [f"no answer in {_LONGEST_SECONDS} s"]
            except Exception as error:  # noqa: BLE001 - a picture that fails must not take the others along
                found = [f"{type(error).__name__}: {str(error)[:200]}"]
                break
        if found:
            self.faults[screen.name] = found

    async def _see(self, screen: Screen, address: str) -> list[str]:
        async with self._opened(screen.who) as page:
            noise = _Noise(page)
            answer = await page.goto(address)
            assert answer is not None
            found = [] if answer.status == screen.status else [f"status {answer.status}"]
            await _settle(page)
            if screen.act is not None:
                await screen.act(page)
                await _settle(page)
            found += await self._faults_of(page)
            await self._shoot(page, screen)
            return found + (noise.heard if screen.quiet else [])

    @asynccontextmanager
    async def _opened(self, who: str | None) -> AsyncIterator[Page]:
        """Unpack a browser nobody used before, in which somebody is signed in."""
        context = await self._browser.new_context(**self.look.context)
        context.set_default_timeout(_PATIENCE_MS)
        cookies = {"lang": self.look.lang} | ({"session": self._tokens[who]} if who else {})
        await context.add_cookies(
            [{"name": name, "value": value, "url": self._address} for name, value in cookies.items()]
        )
        try:
            yield await context.new_page()
        finally:
            with suppress(TimeoutError):
                await asyncio.wait_for(context.close(), 10)

    async def _shoot(self, page: Page, screen: Screen) -> None:
        """Take the whole page in a window as high as the page, so that the bar at its foot covers nothing."""
        wanted: int = await page.evaluate("document.documentElement.scrollHeight")
        width, height = (self.look.context["viewport"][side] for side in ("width", "height"))
        await page.set_viewport_size({"width": width, "height": max(wanted, height)})
        path = self._folder / f"{screen.name}.{self.look.name}.png"
        await page.screenshot(path=path, animations="disabled", caret="hide")

    async def _faults_of(self, page: Page) -> list[str]:
        found: list[str] = await page.evaluate(_FAULTS)
        if self.look.size == "phone":
            found += await _violations(page)
        if self.look.size == "small":
            await page.evaluate(_LARGER)
            found += [f"at 130 %: {fault}" for fault in await page.evaluate(_FAULTS) if fault not in found]
            await page.evaluate(_USUAL)
        return found


async def _settle(page: Page) -> None:
    """Wait until nothing moves any more: fonts are there, and the page knows whether it is live."""
    await page.evaluate("document.fonts.ready.then(() => true)")
    await page.evaluate(_PICTURES)
    if await page.locator("body[ws-connect]").count():
        await page.wait_for_selector("#live.t-cust, #live.t-warn", state="attached")


async def _violations(page: Page) -> list[str]:
    report: dict[str, Any] = (await Axe().run(page)).response
    return [
        f"axe {violation['id']}: {node['target']}"
        for violation in report["violations"]
        for node in violation["nodes"]
    ]


class _Noise:
    """What the browser complains of: errors on the console, requests that failed."""

    def __init__(self, page: Page) -> None:
        self.heard: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.heard.append(f"script: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_WITHOUT_WORKER):
            self.heard.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        self.heard.append(f"request failed: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.heard.append(f"{response.status} {response.url}")
