"""Without network: what was opened can be read and says so, what was not is said honestly."""

import re

import pytest
from playwright.async_api import expect

from orderhub.accounts import people
from tests.company import Company
from tests.pwa.phones import Phone, is_offline_page

pytestmark = pytest.mark.browser


async def test_what_was_opened_can_be_read_and_says_that_it_is_kept(place: Company, phone: Phone) -> None:
    await phone.belongs_to(people.id_of(place.chen))
    await phone.opens("/board")
    await phone.page.goto("/orders")
    await phone.keeps("/board", "/orders")
    await phone.loses_network()
    answer = await phone.page.goto("/orders")
    assert answer is not None
    assert answer.status == 200
    await expect(phone.page.locator("#kept")).to_be_visible()
    await expect(phone.page.locator("#kept time")).to_have_text(re.compile(r"\d+/\d+ \d\d:\d\d"))
    await expect(phone.page.locator("h1")).to_be_visible()


async def test_what_was_not_opened_is_said_honestly(place: Company, phone: Phone) -> None:
    await phone.belongs_to(people.id_of(place.chen))
    await phone.opens("/board")
    await phone.keeps("/board")
    await phone.loses_network()
    answer = await phone.page.goto("/orders")
    assert answer is not None
    assert answer.status == 503
    await is_offline_page(phone.page)
    await expect(phone.page.locator("#kept-list a")).to_have_attribute("href", "/board")
    await expect(phone.page.locator("main")).to_contain_text("Nothing is lost")
    await expect(phone.page.locator("main")).to_contain_text("什么都没丢")
    background = await phone.page.evaluate("getComputedStyle(document.querySelector('.card')).borderRadius")
    assert background != "0px", "the offline page has to have its styles"


async def test_the_first_page_is_kept_too(place: Company, phone: Phone) -> None:
    await phone.belongs_to(people.id_of(place.chen))
    await phone.opens("/board")
    await phone.keeps("/board")


async def test_a_kept_page_renews_itself_when_the_network_is_back(place: Company, phone: Phone) -> None:
    await phone.belongs_to(people.id_of(place.chen))
    await phone.opens("/orders")
    await phone.keeps("/orders")
    await phone.loses_network()
    await phone.page.goto("/orders")
    await expect(phone.page.locator("#kept")).to_be_visible()
    await phone.finds_network()
    await expect(phone.page.locator("#kept")).to_be_hidden()
    await expect(phone.page.locator("#live")).to_have_text("实时")


async def test_the_offline_page_opens_what_was_wanted_when_the_network_is_back(
    place: Company, phone: Phone
) -> None:
    await phone.belongs_to(people.id_of(place.chen))
    await phone.opens("/board")
    await phone.loses_network()
    await phone.page.goto("/orders")
    await is_offline_page(phone.page)
    await phone.finds_network()
    await expect(phone.page.locator("nav.tabs [aria-current]")).to_have_attribute("href", "/orders")


async def test_a_form_sent_into_the_void_says_that_nobody_knows(place: Company, phone: Phone) -> None:
    await phone.belongs_to(people.id_of(place.chen))
    await phone.opens("/me")
    await phone.loses_network()
    await phone.page.click("form[action='/me/language'] button")
    await is_offline_page(phone.page, "send")
    assert phone.hub.posts == []


async def test_journey_doors_and_fragments_pass_the_worker_by(place: Company, phone: Phone) -> None:
    await phone.belongs_to(people.id_of(place.chen))
    await phone.opens("/orders")
    await phone.page.evaluate("fetch('/board/counts', {headers: {'HX-Request': 'true'}})")
    await phone.page.evaluate("fetch('/api/me')")
    await phone.page.goto("/t/nothing")
    await phone.page.goto("/schema")
    await phone.page.goto("/me")
    await phone.keeps("/me", "/orders")


async def test_refusals_and_redirects_are_not_kept(place: Company, phone: Phone) -> None:
    await phone.belongs_to(people.id_of(place.chen))
    await phone.opens("/me")
    await phone.page.goto("/orders/no-such-order")
    await phone.page.goto("/")
    await phone.keeps("/board", "/me")
