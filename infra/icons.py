"""Draws the app's icons from web/images/logo.svg with Chromium: `python -m infra.icons` rewrites web/images/app-*.png.

The PNG files are kept in the repository, because a machine that builds needs only Python; a test draws them anew and
compares. Icons of "any" purpose have the logo's round corners. A maskable one, and Apple's, fill the whole square, since
the phone cuts them itself; the drawing lies within the circle of 40 % of the side that no phone cuts away.
"""

import asyncio
import re
from typing import NamedTuple

from infra.assets.inputs import WEB

CHROMIUM = "/usr/bin/chromium"
IMAGES = WEB / "images"


class Icon(NamedTuple):
    """One icon: its file, the length of its side in pixels, and whether it fills its square."""

    name: str
    side: int
    is_full: bool


ICONS = (
    Icon("app-192.png", 192, False),
    Icon("app-512.png", 512, False),
    Icon("app-maskable-192.png", 192, True),
    Icon("app-maskable-512.png", 512, True),
    Icon("app-apple-180.png", 180, True),
)


async def draw() -> dict[str, bytes]:
    """Return every icon as a PNG, by its name."""
    # Imported here, because only who draws needs it; the checks of this module do not.
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page()
        drawn = {}
        for icon in ICONS:
            await page.set_viewport_size({"width": icon.side, "height": icon.side})
            await page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{markup(icon)}")
            drawn[icon.name] = await page.screenshot(omit_background=True)
        await browser.close()
    return drawn


def markup(icon: Icon) -> str:
    """Return the logo at the size of an icon, without round corners where it fills its square."""
    logo = (IMAGES / "logo.svg").read_text("utf-8")
    sized = logo.replace("<svg ", f'<svg width="{icon.side}" height="{icon.side}" ', 1)
    return re.sub(r' rx="\d+"', "", sized, count=1) if icon.is_full else sized


if __name__ == "__main__":
    for name, content in asyncio.run(draw()).items():
        (IMAGES / name).write_bytes(content)
        print(f"{name}: {len(content)} bytes")
