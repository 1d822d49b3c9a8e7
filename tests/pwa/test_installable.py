"""What a browser itself says of installing the app, asked over its own protocol."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from orderhub.accounts import people
from tests.chromium import ARGS, PROGRAM, require_chromium
from tests.company import Company
from tests.pwa.phones import Hub, Phone

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture(loop_scope="session")
async def owned_phone(hub: Hub, tmp_path: Path) -> AsyncIterator[Phone]:
    """A phone with a profile of its own: what is private, like every other phone here, installs nothing."""
    require_chromium()
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            tmp_path, executable_path=PROGRAM, args=list(ARGS), base_url=hub.address, locale="zh-CN"
        )
        yield Phone(context, context.pages[0], hub)
        await context.close()


async def test_nothing_is_in_the_way_of_installing(place: Company, owned_phone: Phone) -> None:
    await owned_phone.belongs_to(people.id_of(place.min))
    await owned_phone.opens("/wall")
    protocol = await owned_phone.context.new_cdp_session(owned_phone.page)
    errors = await protocol.send("Page.getInstallabilityErrors")
    assert errors["installabilityErrors"] == []
    assert (await protocol.send("Page.getAppId"))["appId"] == f"{owned_phone.hub.address}/"


@pytest.mark.parametrize("path", ["/wall", "/orders", "/me", "/sign-in"])
async def test_the_manifest_is_read_without_an_error(place: Company, phone: Phone, path: str) -> None:
    if path != "/sign-in":
        await phone.belongs_to(people.id_of(place.min))
    await phone.page.goto(path)
    told = await _manifest(phone)
    assert told["errors"] == []
    assert told["url"] == f"{phone.hub.address}/manifest.webmanifest"
    assert json.loads(told["data"])["name"] == "订单中枢"


async def test_every_icon_is_what_the_manifest_says(place: Company, phone: Phone) -> None:
    await phone.page.goto("/sign-in")
    for icon in json.loads((await _manifest(phone))["data"])["icons"]:
        size = await phone.page.evaluate(_SIZE, icon["src"])
        assert f"{size[0]}x{size[1]}" == icon["sizes"]


async def test_the_page_for_a_home_screen_of_apple_names_its_icon(place: Company, phone: Phone) -> None:
    await phone.page.goto("/sign-in")
    href = await phone.page.locator("link[rel=apple-touch-icon]").get_attribute("href")
    assert href is not None
    assert re.search(r"/assets/images/app-apple-180-\w+\.png$", href)
    assert await phone.page.evaluate(_SIZE, href) == [180, 180]


async def _manifest(phone: Phone) -> dict[str, Any]:
    protocol = await phone.context.new_cdp_session(phone.page)
    return await protocol.send("Page.getAppManifest")


_SIZE = """src => new Promise((resolve, reject) => {
  const image = new Image();
  image.onload = () => resolve([image.naturalWidth, image.naturalHeight]);
  image.onerror = reject;
  image.src = src;
})"""
