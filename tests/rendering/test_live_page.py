"""The live page in a real browser: what the socket brings is shown, and what a person is doing stays."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.rendering.samples.shapes import page as shell
from tests.rendering.samples.shapes import part
from tests.rendering.samples.wall import cards, wall_of
from tests.rendering.stand_in import StandIn
from tests.waiting import until

pytestmark = pytest.mark.browser
SRC = "/wall/cards"


def region(*shorts: str, version: str = "db.1") -> str:
    """Return the cards of these parcels, in a version."""
    return part("desk/_cards.html", "en", name="wall.cards", version=version, wall=wall_of(*cards(*shorts)))


async def opened(page: Page, hub: StandIn, *shorts: str) -> None:
    """Open a task wall with these cards, and wait until it is live."""
    shown = region(*shorts)
    hub.answers["/wall"] = (200, shell("desk/wall.html", "en", path="/wall", roles=(), cards=shown))
    hub.answers[SRC] = (200, shown)
    await page.goto(f"{hub.address}/wall")
    await hub.connected()


async def shorts(page: Page) -> list[str]:
    return await page.locator(".task summary b.f4").all_inner_texts()


async def until_shown(page: Page, *wanted: str) -> None:
    await expect(page.locator(".task summary b.f4")).to_have_text(list(wanted))


async def test_a_page_says_what_it_watches_and_shows_that_it_is_live(page: Page, hub: StandIn) -> None:
    await opened(page, hub, "3071")
    assert hub.said == ['{"watch":["wall.cards"],"versions":{"wall.cards":"db.1"}}']
    await expect(page.locator("#live")).to_have_text("Live")


async def test_a_newer_version_is_shown_and_an_older_is_not(page: Page, hub: StandIn) -> None:
    await opened(page, hub, "3071", "3068")
    await hub.say(region("3068", "3075", version="db.3"))
    await until_shown(page, "3068", "3075")
    await hub.say(region("3071", version="db.2"))
    await hub.say(region("3068", version="db.4"))
    await until_shown(page, "3068")


async def test_what_came_live_is_what_a_reload_shows(page: Page, hub: StandIn) -> None:
    await opened(page, hub, "3071", "3068")
    newer = region("3075", "3071", "3044", version="db.2")
    await hub.say(newer)
    await until_shown(page, "3075", "3071", "3044")
    live = await page.evaluate(_NORMAL)
    hub.answers["/wall"] = (200, shell("desk/wall.html", "en", path="/wall", roles=(), cards=newer))
    await page.reload()
    assert live == await page.evaluate(_NORMAL)


async def test_what_a_person_opened_typed_and_looks_at_stays(page: Page, hub: StandIn) -> None:
    await opened(page, hub, "3071", "3068", "3044")
    await page.locator("#card-visit-3068 summary").click()
    field = page.locator("#card-visit-3068 input[name=waybill]")
    await field.press_sequentially("SF1029")
    await field.evaluate("field => { field.setSelectionRange(1, 3); field.mine = true }")
    scrolled = await page.evaluate("scrollTo(0, 60); scrollY")
    await hub.say(region("3075", "3044", "3068", version="db.2"))
    await until_shown(page, "3075", "3044", "3068")
    kept = await field.evaluate(
        "f => [f.mine, f.value, f.selectionStart, f.selectionEnd, document.activeElement === f]"
    )
    assert kept == [True, "SF1029", 1, 3, True]
    assert await page.locator("details[open]").get_attribute("id") == "card-visit-3068"
    assert await page.evaluate("scrollY") == scrolled


async def test_when_the_open_card_is_done_the_next_one_opens(page: Page, hub: StandIn) -> None:
    await opened(page, hub, "3071", "3068")
    await hub.say(region("3068", version="db.2"))
    await until_shown(page, "3068")
    await expect(page.locator("#card-visit-3068")).to_have_attribute("open", "")


@pytest.mark.parametrize("code", [1000, 1001, 1008, 1011, 1012, 1013, 4000])
async def test_every_close_leads_to_a_new_call_and_to_the_present_state(
    page: Page, hub: StandIn, code: int
) -> None:
    await opened(page, hub, "3071")
    hub.answers[SRC] = (200, region("3068", version="db.5"))
    await hub.hang_up(code)
    await hub.connected(2)
    await until_shown(page, "3068")


async def test_a_hub_that_comes_back_is_found_again(page: Page, hub: StandIn) -> None:
    await opened(page, hub, "3071")
    await hub.stop()
    await expect(page.locator("#live")).to_have_text("Offline")
    hub.answers[SRC] = (200, region("3068", version="db.5"))
    await hub.start()
    await until_shown(page, "3068")
    await expect(page.locator("#live")).to_have_text("Live")


async def test_another_network_means_one_new_socket_and_no_old_one(page: Page, hub: StandIn) -> None:
    await opened(page, hub, "3071")
    await page.evaluate("dispatchEvent(new Event('online'))")
    await hub.connected(2)
    await until(lambda: len(hub.sockets) == 1)
    await hub.say(region("3068", version="db.2"))
    await until_shown(page, "3068")


@pytest.mark.parametrize(
    ("away", "back"),
    [
        (
            "dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))",
            "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))",
        ),
        ("document.dispatchEvent(new Event('freeze'))", "document.dispatchEvent(new Event('resume'))"),
    ],
    ids=["for the Back button", "frozen"],
)
async def test_a_page_put_away_hangs_up_and_comes_back_with_the_present_state(
    page: Page, hub: StandIn, away: str, back: str
) -> None:
    await opened(page, hub, "3071")
    await page.evaluate(away)
    await until(lambda: not hub.sockets)
    hub.answers[SRC] = (200, region("3068", version="db.5"))
    await page.evaluate(back)
    await hub.connected(2)
    await until_shown(page, "3068")


async def test_without_websockets_the_ordinary_way_still_tells(page: Page, hub: StandIn) -> None:
    await opened(page, hub, "3071")
    hub.accepts = False
    hub.answers[SRC] = (200, region("3068", version="db.5"))
    await hub.hang_up(1001)
    await until_shown(page, "3068")


async def test_a_page_told_to_resync_fetches_what_it_shows(page: Page, hub: StandIn) -> None:
    await opened(page, hub, "3071")
    hub.answers[SRC] = (200, region("3068", version="db.5"))
    await hub.say('{"resync":["wall.cards"]}')
    await until_shown(page, "3068")


async def test_another_database_is_not_believed_but_asked(page: Page, hub: StandIn) -> None:
    await opened(page, hub, "3071")
    hub.answers[SRC] = (200, region("3068", version="restored.1"))
    await hub.say(region("3044", version="restored.1"))
    await until_shown(page, "3068")


async def test_a_region_that_appears_is_watched(page: Page, hub: StandIn) -> None:
    await opened(page, hub, "3071")
    more = '<section id="more" data-live="more" data-src="/more" data-version="db.7">x</section>'
    await page.evaluate("more => document.querySelector('main').insertAdjacentHTML('beforeend', more)", more)
    await hub.say(region("3068", version="db.2"))
    await hub.connected(2)
    assert hub.said[1] == '{"watch":["wall.cards","more"],"versions":{"wall.cards":"db.2","more":"db.7"}}'


async def test_a_session_that_is_over_leads_to_the_door(page: Page, hub: StandIn) -> None:
    await opened(page, hub, "3071")
    hub.answers["/wall"] = (
        200,
        shell("rendering/error.html", "en", actor=None, status=401, error="Sign in", request_id=None),
    )
    await hub.hang_up(4401)
    await expect(page.locator("h1")).to_have_text("Sign in")


async def test_a_press_carries_token_and_key(page: Page, hub: StandIn) -> None:
    await opened(page, hub, "3071")
    hub.answers["/moves"] = (204, "")
    await page.fill("input[name=waybill]", "SF7")
    await page.locator("form button").click()
    await until(lambda: len(hub.posts) == 1)
    path, sent, fields = hub.posts[0]
    assert (path, sent["x-csrftoken"]) == ("/moves", "t0ken")
    assert (fields["waybill"], fields["transition"], fields["visit"]) == (
        ["SF7"],
        ["collect"],
        ["visit-3071"],
    )
    assert len(fields["key"][0]) == 36


async def test_a_refusal_is_said_and_the_next_press_is_a_new_one(page: Page, hub: StandIn) -> None:
    await opened(page, hub, "3071")
    hub.answers["/moves"] = (409, '<div class="toast" role="alert">Someone was faster</div>')
    await page.fill("input[name=waybill]", "SF7")
    await _press(page, hub, 1)
    await expect(page.get_by_role("alert")).to_contain_text("Someone was faster")
    await _press(page, hub, 2)
    assert hub.posts[0][2]["key"] != hub.posts[1][2]["key"]
    await page.get_by_role("button", name="Close").click()
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_a_press_without_an_answer_can_be_pressed_again(page: Page, hub: StandIn) -> None:
    await opened(page, hub, "3071")
    hub.answers["/moves"] = (502, "<h1>Bad gateway</h1>")
    await page.fill("input[name=waybill]", "SF7")
    await _press(page, hub, 1)
    await expect(page.get_by_role("alert")).to_contain_text("it will not happen twice")
    await _press(page, hub, 2)
    assert hub.posts[0][2]["key"] == hub.posts[1][2]["key"]


async def test_a_press_into_the_void_says_so(page: Page, hub: StandIn) -> None:
    await opened(page, hub, "3071")
    await page.fill("input[name=waybill]", "SF7")
    await page.route("**/moves", lambda route: route.abort())
    await page.locator("form button").click()
    await expect(page.get_by_role("alert")).to_contain_text("Not sent")


async def _press(page: Page, hub: StandIn, times: int) -> Any:
    await page.locator("form button").click()
    await until(lambda: len(hub.posts) == times)


# The document as a reader meets it: without what a person opened, and without times, which move on by themselves.
_NORMAL = """() => {
  const copy = document.querySelector('main').cloneNode(true);
  copy.querySelectorAll('details').forEach(e => e.removeAttribute('open'));
  copy.querySelectorAll('time, .ring').forEach(e => e.remove());
  copy.querySelectorAll('[class=""]').forEach(e => e.removeAttribute('class'));
  return copy.innerHTML.replace(/\\s+/g, ' ');
}"""
