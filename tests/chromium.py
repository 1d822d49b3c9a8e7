"""The real browser of the tests. Where there is none a test is skipped, and says so; with CI=true that is a failure."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright

PROGRAM = Path("/usr/bin/chromium")
# What Playwright turns off (a second list takes the place of the first), and the pages that Chromium makes for the
# address bar of every new window: nobody sees them, and they take half a second of a core for each phone of a test.
_OFF = (
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter",
    "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxPopup",
)  # fmt: skip
ARGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    f"--disable-features={','.join(_OFF)}",
)  # fmt: skip


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests."""
    require_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=PROGRAM, args=list(ARGS))
        yield browser
        await browser.close()


def require_chromium() -> None:
    """Skip the test where there is no browser, or fail it where there must be one."""
    if PROGRAM.exists():
        return
    reason = f"expected Chromium at {PROGRAM} (Debian: apt-get install chromium)"
    pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)


async def phone(chromium: Browser, *, base_url: str, language: str = "zh-CN") -> BrowserContext:
    """Return a new phone of somebody: its own cookies, touch, the size of a Pixel 7."""
    return await chromium.new_context(
        base_url=base_url,
        viewport={"width": 412, "height": 839},
        device_scale_factor=2.625,
        has_touch=True,
        is_mobile=True,
        locale=language,
        timezone_id="Asia/Shanghai",
    )
