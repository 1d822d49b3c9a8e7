"""How to install the app, said for the browser one has; and what is missing where it cannot be."""

import pytest
from playwright.async_api import Browser, expect

from orderhub.accounts import people
from tests.company import Company
from tests.pwa.phones import Hub, Phone

pytestmark = pytest.mark.browser

WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; M2102J2SC) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160065 MMWEBSDK/20230805 MicroMessenger/8.0.42.2460"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)
PROMPT = """() => {
  const event = new Event('beforeinstallprompt', {cancelable: true});
  event.prompt = async () => { window.asked = true };
  dispatchEvent(event);
}"""


async def test_a_browser_that_lends_a_button_shows_it(place: Company, phone: Phone) -> None:
    await phone.belongs_to(people.id_of(place.min))
    await phone.page.goto("/me")
    await expect(phone.page.locator("#install")).to_contain_text("添加到主屏幕")
    await phone.page.evaluate(PROMPT)
    await phone.page.locator("#install").get_by_role("button", name="安装").click()
    assert await phone.page.evaluate("window.asked")
    await phone.page.evaluate("dispatchEvent(new Event('appinstalled'))")
    await expect(phone.page.locator("#install")).to_contain_text("装好了")


async def test_an_iphone_is_told_the_way_through_safari(place: Company, chromium: Browser, hub: Hub) -> None:
    phone = await _phone(chromium, hub, IPHONE)
    await phone.belongs_to(people.id_of(place.min))
    await phone.page.goto("/me")
    await expect(phone.page.locator("#install")).to_contain_text("分享")
    await phone.context.close()


async def test_without_workers_the_page_says_what_is_missing(
    place: Company, chromium: Browser, hub: Hub
) -> None:
    phone = await _phone(chromium, hub, WECHAT.replace("MicroMessenger", "Browser"))
    await phone.page.add_init_script("delete Navigator.prototype.serviceWorker")
    await phone.belongs_to(people.id_of(place.min))
    await phone.page.goto("/me")
    await expect(phone.page.locator("#install")).to_contain_text("Chrome 或 Edge")
    await phone.context.close()


@pytest.mark.parametrize("path", ["/sign-in", "/wall", "/me"])
async def test_in_wechat_every_page_says_what_is_missing_and_how_to_go_on(
    place: Company, chromium: Browser, hub: Hub, path: str
) -> None:
    phone = await _phone(chromium, hub, WECHAT)
    if path != "/sign-in":
        await phone.belongs_to(people.id_of(place.min))
    await phone.page.goto(path)
    await expect(phone.page.locator("#captive")).to_contain_text("微信里用不全")
    await expect(phone.page.locator("#captive")).to_contain_text("在浏览器打开")
    await expect(phone.page.locator("#install")).to_have_count(0)
    await phone.context.close()


async def _phone(chromium: Browser, hub: Hub, user_agent: str) -> Phone:
    context = await chromium.new_context(
        base_url=hub.address, user_agent=user_agent, locale="zh-CN", viewport={"width": 412, "height": 839}
    )
    return Phone(context, await context.new_page(), hub)
