"""From the old worker to the new one: offered, never forced, and no press is lost or done twice on the way."""

import pytest
from playwright.async_api import Page, expect

from orderhub.kernel import postgres
from tests.company import Company
from tests.pwa.phones import Phone, new_release, reads
from tests.pwa.work import STAYS, at_work, start_picking
from tests.waiting import until

pytestmark = pytest.mark.browser
UPDATE = "navigator.serviceWorker.ready.then(registration => registration.update()).then(() => true)"
RELEASES = "caches.keys().then(names => names.filter(name => name.startsWith('shell-next-')).length)"
BEGUN = "select count(*) from visits where kind = 'shipment' and stage = 'picking'"
# Both in one turn of the page, as a hurried thumb does it.
_SEND = "document.querySelector(\"form[action='/me/language']\").requestSubmit()"
_CHANGE = "document.querySelector('.offer .btn').click()"


async def new_version(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a new release on the hub, and let the phone hear of it."""
    new_release(monkeypatch)
    await phone.page.evaluate(UPDATE)
    await expect(phone.page.locator(".offer")).to_contain_text("有新版本")


async def take_it(page: Page) -> None:
    await page.locator(".offer").get_by_role("button", name="换上").click(no_wait_after=True)


async def picked() -> int:
    return int(await postgres.fetchval(BEGUN))


async def test_a_new_version_is_offered_and_taken_when_the_person_says_so(
    place: Company, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await at_work(place, phone)
    await new_version(phone, monkeypatch)
    assert await page.evaluate(STAYS), "nobody is changed unasked"
    await take_it(page)
    await reads(page, STAYS, False)
    await reads(page, RELEASES, 1)
    await reads(page, "navigator.serviceWorker.ready.then(r => r.waiting === null)", True)
    await expect(page.locator(".offer")).to_have_count(0)


async def test_an_offer_that_is_closed_leaves_the_page_alone(
    place: Company, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await at_work(place, phone)
    await new_version(phone, monkeypatch)
    await page.locator(".offer").get_by_role("button", name="关上").click()
    await expect(page.locator(".offer")).to_have_count(0)
    assert await page.evaluate(STAYS)


async def test_a_press_on_its_way_is_waited_for(
    place: Company, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await at_work(place, phone, "T1")
    await new_version(phone, monkeypatch)
    phone.hub.open.clear()
    await start_picking(page)
    await until(lambda: phone.hub.posts, seconds=15)
    await take_it(page)
    assert await page.evaluate(STAYS)
    phone.hub.open.set()
    await reads(page, STAYS, False)
    await expect(page.locator(".task")).to_contain_text("打包完成")
    assert (phone.hub.posts, await picked()) == (["/moves"], 1)


async def test_a_press_during_the_change_is_sent_by_the_next_page(
    place: Company, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await at_work(place, phone, "T1", "T2")
    await new_version(phone, monkeypatch)
    phone.hub.open.clear()
    await start_picking(page, 0)
    await until(lambda: phone.hub.posts, seconds=15)
    await take_it(page)
    await start_picking(page, 1)
    await expect(page.get_by_role("status").filter(has_text="正在换")).to_be_visible()
    assert phone.hub.posts == ["/moves"], "it waits for the next page"
    phone.hub.open.set()
    await reads(page, STAYS, False)
    await expect(page.get_by_role("status").filter(has_text="已经补上")).to_be_visible()
    assert (phone.hub.posts, await picked()) == (["/moves", "/moves"], 2)


async def test_a_press_outlives_its_page(place: Company, phone: Phone) -> None:
    page = await at_work(place, phone, "T1")
    phone.hub.open.clear()
    await start_picking(page)
    await until(lambda: phone.hub.posts, seconds=15)
    await page.goto("/orders")
    await until(lambda: len(phone.hub.posts) == 2, seconds=15)
    phone.hub.open.set()
    await expect(page.get_by_role("status").filter(has_text="已经补上")).to_be_visible()
    assert await picked() == 1


async def test_a_press_that_was_done_before_its_page_went_is_not_done_again(
    place: Company, phone: Phone
) -> None:
    page = await at_work(place, phone, "T1")
    phone.hub.answers.clear()
    await start_picking(page)
    await expect(page.locator(".task")).to_contain_text("打包完成")
    await page.goto("/orders")
    await until(lambda: len(phone.hub.posts) == 2, seconds=15)
    phone.hub.answers.set()
    await expect(page.get_by_role("status").filter(has_text="已经补上")).to_be_visible()
    assert await picked() == 1


async def test_a_plain_form_on_its_way_is_not_overtaken(
    place: Company, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await at_work(place, phone)
    await page.goto("/me")
    await new_version(phone, monkeypatch)
    await page.evaluate(f"() => {{ {_SEND}; {_CHANGE} }}")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    assert phone.hub.posts == ["/me/language"]
    await expect(page.locator(".offer")).to_contain_text("New version")


async def test_a_plain_form_during_the_change_is_sent_after_it(
    place: Company, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await at_work(place, phone)
    await page.goto("/me")
    await new_version(phone, monkeypatch)
    await page.evaluate(f"() => {{ {_CHANGE}; {_SEND} }}")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    assert phone.hub.posts == ["/me/language"]
    await expect(page.locator(".offer")).to_have_count(0)
    await reads(page, "navigator.serviceWorker.ready.then(r => r.waiting === null)", True)


async def test_a_link_during_the_change_is_followed_after_it(
    place: Company, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await at_work(place, phone)
    await new_version(phone, monkeypatch)
    await page.evaluate(f"() => {{ {_CHANGE}; document.querySelector('nav a[href=\"/orders\"]').click() }}")
    await page.wait_for_url("**/orders")
    await reads(page, "navigator.serviceWorker.ready.then(r => r.waiting === null)", True)


async def test_another_tab_is_told_and_not_changed(
    place: Company, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await at_work(place, phone)
    other = await phone.context.new_page()
    await other.goto("/orders")
    await other.evaluate("window.stays = true")
    await page.bring_to_front()
    await new_version(phone, monkeypatch)
    await take_it(page)
    await reads(page, STAYS, False)
    await other.bring_to_front()
    await expect(other.locator(".offer")).to_be_visible()
    assert await other.evaluate(STAYS)
    await take_it(other)
    await reads(other, STAYS, False)
