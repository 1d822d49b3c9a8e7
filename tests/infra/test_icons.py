"""The icons in the repository are the logo, drawn by this very code."""

import base64

import pytest
from playwright.async_api import Browser

from infra import icons
from tests.chromium import chromium as chromium

pytestmark = pytest.mark.browser

# The mean difference of a channel, 0 to 255: another Chromium may smooth an edge differently.
_DIFFERENCE = """async ([one, other]) => {
  const pixels = async png => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
    const drawn = new OffscreenCanvas(image.width, image.height).getContext('2d');
    drawn.drawImage(image, 0, 0);
    return drawn.getImageData(0, 0, image.width, image.height).data;
  };
  const [a, b] = [await pixels(one), await pixels(other)];
  return a.length === b.length ? a.reduce((sum, value, place) => sum + Math.abs(value - b[place]), 0) / a.length : 255;
}"""


async def test_every_icon_is_the_logo(chromium: Browser) -> None:
    page = await chromium.new_page()
    for name, content in (await icons.draw()).items():
        kept = (icons.IMAGES / name).read_bytes()
        texts = [base64.b64encode(png).decode() for png in (kept, content)]
        assert await page.evaluate(_DIFFERENCE, texts) < 1, f"{name}: run python -m infra.icons"
    await page.close()


def test_every_icon_stays_small() -> None:
    assert max((icons.IMAGES / icon.name).stat().st_size for icon in icons.ICONS) < 20_000
