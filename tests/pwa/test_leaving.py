"""One phone, many hands: whoever has it next sees nothing of who had it before."""

import pytest
from playwright.async_api import expect

from orderhub.accounts import people, sessions
from orderhub.kernel import postgres
from orderhub.kernel.actors import SYSTEM
from tests.company import Company
from tests.people import PASSWORD
from tests.pwa.phones import Phone, is_offline_page
from tests.pwa.work import at_work, start_picking

pytestmark = pytest.mark.browser


async def test_signing_out_empties_the_phone(place: Company, phone: Phone) -> None:
    await phone.belongs_to(people.id_of(place.chen))
    await phone.opens("/board")
    await phone.page.goto("/me")
    await phone.keeps("/board", "/me")
    await phone.page.click("form[action='/sign-out'] button")
    await phone.page.wait_for_url("**/sign-in")
    await phone.keeps()
    await phone.loses_network()
    await phone.page.goto("/board")
    await is_offline_page(phone.page)
    await expect(phone.page.locator("#kept-pages")).to_be_hidden()


async def test_the_next_person_does_not_see_the_former_ones_pages(place: Company, phone: Phone) -> None:
    await phone.belongs_to(people.id_of(place.chen))
    await phone.opens("/board")
    await phone.page.goto("/orders")
    await phone.keeps("/board", "/orders")
    # No sign-out: the former one's session just ended, and somebody else is signed in.
    await phone.belongs_to(people.id_of(place.min))
    await phone.page.goto("/wall")
    await phone.keeps("/wall")
    await phone.loses_network()
    await phone.page.goto("/orders")
    await is_offline_page(phone.page)


async def test_other_rights_are_another_person(place: Company, phone: Phone) -> None:
    person_id = people.id_of(place.chen)
    await phone.belongs_to(person_id)
    await phone.opens("/board")
    await phone.keeps("/board")
    async with postgres.transaction() as tx:
        await people.amend(tx, person_id, people.Amendment(roles=["warehouse"]), actor=SYSTEM)
    await expect(phone.page.locator("[data-live]")).to_have_count(0)
    await phone.page.goto("/wall")
    await phone.keeps("/wall")


async def test_a_session_that_ended_empties_the_phone(place: Company, phone: Phone) -> None:
    await phone.belongs_to(people.id_of(place.chen))
    await phone.opens("/board")
    await phone.keeps("/board")
    await phone.context.clear_cookies(name="session")
    await phone.page.goto("/orders")
    await phone.page.wait_for_url("**/sign-in?next=/orders")
    await phone.keeps()


async def test_a_session_that_is_ended_elsewhere_empties_the_phone_at_once(
    place: Company, phone: Phone
) -> None:
    token = await phone.belongs_to(people.id_of(place.chen))
    await phone.opens("/board")
    await phone.keeps("/board")
    await expect(phone.page.locator("#live")).to_have_text("实时")
    async with postgres.transaction() as tx:
        await sessions.end(tx, token)
    await phone.page.wait_for_url("**/sign-in?next=/board")
    await phone.keeps()


async def test_a_401_to_a_press_empties_the_phone(place: Company, phone: Phone) -> None:
    page = await at_work(place, phone, "T1")
    await phone.keeps("/wall")
    # The way to the sign-in page, which would empty it too, is not open.
    await phone.context.route("**/sign-in*", lambda route: route.abort())
    await phone.context.clear_cookies(name="session")
    await start_picking(page)
    await phone.keeps()


async def test_signing_in_as_somebody_else_empties_the_phone_first(place: Company, phone: Phone) -> None:
    await phone.belongs_to(people.id_of(place.chen))
    await phone.opens("/board")
    await phone.keeps("/board")
    await phone.context.clear_cookies(name="session")
    await phone.page.goto("/sign-in")
    await phone.page.fill("input[name=login]", "min")
    await phone.page.fill("input[name=password]", PASSWORD)
    await phone.page.click("main form button")
    await phone.page.wait_for_url("**/wall")
    await phone.keeps("/wall")


async def test_signing_out_without_network_deletes_the_pages_and_says_that_it_is_not_done(
    place: Company, phone: Phone
) -> None:
    await phone.belongs_to(people.id_of(place.chen))
    await phone.opens("/board")
    await phone.page.goto("/me")
    await phone.keeps("/board", "/me")
    await phone.loses_network()
    await phone.page.click("form[action='/sign-out'] button")
    await is_offline_page(phone.page, "leave")
    await expect(phone.page.locator("#kept-pages")).to_be_hidden()
    await phone.page.goto("/board")
    await is_offline_page(phone.page)


async def test_the_back_button_shows_nothing_after_signing_out(place: Company, phone: Phone) -> None:
    await phone.belongs_to(people.id_of(place.chen))
    await phone.opens("/board")
    await phone.page.goto("/me")
    await phone.page.click("form[action='/sign-out'] button")
    await phone.page.wait_for_url("**/sign-in")
    await phone.page.go_back()
    await expect(phone.page.locator("input[name=login]")).to_be_visible()
    await phone.loses_network()
    await phone.page.go_back()
    await is_offline_page(phone.page)
