"""What happens on buyers' phones, in a real browser, against a hub that may be killed."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from orderhub.journey import delays, links
from orderhub.kernel import clock, postgres
from orderhub.kernel.changes import Edit
from tests.journey.buyers import Buyers, as_read, is_live, look, never_reloaded
from tests.journey.three_parcels import age, be_late, go, hours, link_of, parcels, three_parcels
from tests.people import acting, hire
from tests.stories.hub import ServedHub
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_SOON_MS = 15_000


async def headline(page: Page, text: str) -> None:
    await expect(page.locator("h1")).to_have_text(text, timeout=_SOON_MS)


async def explain(parcel: UUID, *, reason: str, after: timedelta) -> None:
    visit = await postgres.fetchval("select visit_id from subjects where id = $1", parcel)
    told = delays.wish(parcel, visit=visit, reason=reason, expected_at=clock.now() + after)
    (verdict,) = await delays.explain([told], actor=acting(await hire("he", "service"), "service"))
    assert verdict.refused is None


async def test_one_of_three_parcels_is_stuck_explained_and_resolved_on_two_phones_at_once(
    buyers: Buyers,
) -> None:
    order = await three_parcels()
    _, two, _ = await parcels(order)
    path = await link_of(order)
    wang, wife = await buyers.phone(), await buyers.phone(language="en-US")
    for page in (wang, wife):
        await look(page, path)
    await headline(wang, "3 个包裹，备货中")
    await headline(wife, "3 parcels: Being prepared")

    await be_late(two, since=hours(30))
    await headline(wang, "3 个包裹，1 个卡住了")
    await headline(wife, "3 parcels, 1 stuck")
    await expect(wang.locator(".banner")).to_contain_text("包裹 2 在等仓库拣货")
    await expect(wang.locator(".banner")).to_contain_text("新时间还没定")
    await expect(wife.locator(".banner")).to_contain_text("Parcel 2 waits for the warehouse to pick it")

    await explain(two, reason="report", after=hours(3))
    await expect(wang.locator(".banner")).to_contain_text("包裹 2 在等检测报告", timeout=_SOON_MS)
    await expect(wife.locator(".banner")).to_contain_text(
        "Parcel 2 waits for its test report", timeout=_SOON_MS
    )
    await expect(wife.locator(".banner")).to_contain_text("Expected to move on by")

    await go(two, "collect", waybill="SF1029338444471", carrier="顺丰")
    await headline(wang, "3 个包裹，备货中")
    await expect(wang.locator(".banner")).to_have_count(0)
    await expect(wang.locator(".cells li").nth(1)).to_contain_text(
        re.compile("前到.*原定.*尾号 4471", re.DOTALL)
    )
    await expect(wife.locator(".cells li").nth(1)).to_contain_text(
        re.compile("By .*was .*ending 4471", re.DOTALL)
    )
    for page in (wang, wife):
        assert await never_reloaded(page)
        live = await as_read(page)
        await page.reload()
        assert await as_read(page) == live


async def test_a_link_that_is_replaced_closes_on_every_phone_that_shows_it(buyers: Buyers) -> None:
    order = await three_parcels()
    path = await link_of(order)
    wang, wife = await buyers.phone(), await buyers.phone(language="en-US")
    for page in (wang, wife):
        await look(page, path)
    person = acting(await hire("he", "service"), "service")
    await links.replace([Edit(subject=order, values={})], actor=person)
    await expect(wang.locator(".void h2")).to_have_text("店铺换了新链接，这个不能用了", timeout=_SOON_MS)
    await expect(wife.locator(".void h2")).to_contain_text("has made a new link", timeout=_SOON_MS)
    assert "OH-" not in await wang.content()
    await look(wang, await link_of(order))
    await headline(wang, "3 个包裹，备货中")


async def test_a_hub_that_was_killed_is_found_again_with_what_happened_meanwhile(
    buyers: Buyers, served: ServedHub
) -> None:
    order = await three_parcels()
    one, *_ = await parcels(order)
    page = await buyers.phone()
    await look(page, await link_of(order))
    await served.kill()
    await expect(page.locator("#live")).to_have_text("离线", timeout=_SOON_MS)
    await go(one, "deliver", "sign", waybill="SF1")
    await served.start()
    await headline(page, "3 个包裹，1 个到了")
    await is_live(page)
    assert await never_reloaded(page)


async def test_a_phone_that_slept_for_an_hour_wakes_up_to_what_is(buyers: Buyers) -> None:
    order = await three_parcels()
    one, *_ = await parcels(order)
    await age(order, hours(0.5))
    page = await buyers.phone()
    line = SleepingLine()
    await page.route_web_socket(re.compile("/live"), line.connect)
    await page.clock.install()
    await look(page, await link_of(order))
    await expect(page.locator(".jt")).to_contain_text("已 30 分钟")

    line.sleep()
    await go(one, "deliver", "sign", waybill="SF1")
    await until(lambda: line.missed, seconds=10)
    await headline(page, "3 个包裹，备货中")

    await page.clock.fast_forward("01:00:00")
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await headline(page, "3 个包裹，1 个到了")
    await is_live(page)
    assert line.calls >= 2
    assert await never_reloaded(page)


class SleepingLine:
    """A line that goes dead without a close, as a phone's does when it sleeps; calls after that come through."""

    def __init__(self) -> None:
        self.calls = 0
        self.missed = 0
        self._dead: set[int] = set()

    def connect(self, page: WebSocketRoute) -> None:
        self.calls += 1
        number, hub = self.calls, page.connect_to_server()
        page.on_message(lambda text: None if number in self._dead else hub.send(text))
        hub.on_message(lambda text: self._miss(text) if number in self._dead else page.send(text))

    def sleep(self) -> None:
        """Let nothing through any more on the lines there are; nobody is told."""
        self._dead = set(range(1, self.calls + 1))

    def _miss(self, text: str | bytes) -> None:
        self.missed += str(text).startswith("<")


async def test_without_scripts_everything_is_there_and_every_button_works(buyers: Buyers) -> None:
    order = await three_parcels()
    one, two, _ = await parcels(order)
    await go(one, "deliver", waybill="SF1029338444471", carrier="顺丰")
    await be_late(two)
    page = await buyers.other(
        java_script_enabled=False, locale="zh-CN", viewport={"width": 412, "height": 839}
    )
    await page.goto(await link_of(order))
    await headline(page, "3 个包裹，1 个卡住了")
    for text in (
        "包裹 2 在等仓库拣货",
        "顺丰 尾号 4471",
        "谁拿着，多久",
        "付款成功 ¥140.00",
        "王** 138****2046",
    ):
        await expect(page.locator("main")).to_contain_text(text)
    await expect(page.get_by_role("button", name="分享")).to_have_count(0)
    await page.get_by_role("button", name="催一下").click()
    await expect(page.locator("main")).to_contain_text("催过了")
    await page.get_by_role("button", name="收到了包裹 1").click()
    await expect(page.locator(".cells li").first).to_contain_text("已签收")
    await page.get_by_role("link", name="English").click()
    await headline(page, "3 parcels, 1 stuck")
    assert await page.context.cookies() == []


async def test_what_is_pressed_on_one_phone_is_seen_on_the_other(buyers: Buyers) -> None:
    order = await three_parcels()
    for parcel in await parcels(order):
        await go(parcel, "deliver", waybill=f"SF{parcel}")
    path = await link_of(order)
    wang, wife = await buyers.phone(), await buyers.phone(language="en-US")
    for page in (wang, wife):
        await look(page, path)
    await wang.get_by_role("button", name="催一下").click()
    await expect(wife.locator("main")).to_contain_text("You nudged us", timeout=_SOON_MS)
    for n in (1, 2, 3):
        await wang.get_by_role("button", name=f"收到了包裹 {n}").click()
        await expect(wang.locator(".cells li").nth(n - 1)).to_contain_text("已签收")
    await wang.get_by_role("button", name="确认收货").click()
    await headline(wang, "已完成")
    await headline(wife, "Done")
    assert await never_reloaded(wife)


async def test_in_a_browser_that_lacks_what_wechat_lacks_it_works_fully(buyers: Buyers) -> None:
    order = await three_parcels()
    one, *_ = await parcels(order)
    page = await buyers.other(
        user_agent="Mozilla/5.0 (Linux; Android 13; M2012K11AC) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
        "Chrome/107.0.5304.141 Mobile Safari/537.36 XWEB/5169 MMWEBSDK/20230701 MicroMessenger/8.0.40.2420",
        locale="zh-CN",
        viewport={"width": 393, "height": 786},
        has_touch=True,
        is_mobile=True,
        service_workers="block",
    )
    await page.add_init_script(_LIKE_WECHAT)
    await look(page, await link_of(order))
    await go(one, "deliver", "sign", waybill="SF1")
    await headline(page, "3 个包裹，1 个到了")
    await page.get_by_role("button", name="分享").click()
    await expect(page.get_by_role("status").last).to_contain_text("已复制")
    await page.get_by_role("button", name="催一下").click()
    await expect(page.locator("main")).to_contain_text("催过了")


_LIKE_WECHAT = """
for (const name of ['share', 'clipboard', 'serviceWorker', 'wakeLock']) {
  Object.defineProperty(Navigator.prototype, name, { get: () => undefined, configurable: true });
}
"""


async def test_where_sockets_do_not_come_through_the_page_still_follows(buyers: Buyers) -> None:
    order = await three_parcels()
    one, *_ = await parcels(order)
    page = await buyers.phone()
    await page.route_web_socket(re.compile("/live"), lambda line: line.close())
    await page.goto(await link_of(order))
    await expect(page.locator("#live")).to_have_text("离线", timeout=_SOON_MS)
    await go(one, "deliver", "sign", waybill="SF1")
    await headline(page, "3 个包裹，1 个到了")


async def test_somebody_whose_session_is_over_still_sees_the_page_of_the_link(
    buyers: Buyers, served: ServedHub
) -> None:
    page = await buyers.phone()
    await page.context.add_cookies([{"name": "session", "value": "x" * 43, "url": served.address}])
    order = await three_parcels()
    await look(page, await link_of(order))
    await go((await parcels(order))[0], "deliver", "sign", waybill="SF1")
    await headline(page, "3 个包裹，1 个到了")
    assert await never_reloaded(page)
