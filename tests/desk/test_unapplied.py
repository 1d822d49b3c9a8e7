"""What came and became no order is found on the service desk all the same, with its reason and who has it."""

import html
import re
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from orderhub.accounts.shops import Shop
from orderhub.catalog import listing
from orderhub.catalog.listing import ListingEntry
from orderhub.intake.replay import replay
from orderhub.kernel import clock, postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.moves import Move, move
from tests.browsers import Browser
from tests.desk.service import asked, he
from tests.intake.test_receiving import LAOZHOU, NUMBER, ORDER, our_shop, send
from tests.people import hire
from tests.placed import shop

pytestmark = pytest.mark.usefixtures("clean")

PAYMENT = {"number": "4200002611908733", "amount": 5600, "at": "2026-11-11T04:01:00Z"}


async def quarantined(to: Shop) -> UUID:
    """A whole paid order, of which one SKU is not known here."""
    at = (clock.now() - timedelta(minutes=10)).isoformat()
    said = ORDER | {"placed_at": at, "updated_at": at, "lines": [ORDER["lines"][0] | {"sku": "T-NEW"}]}
    (outcome,) = await send(to, msgspec.json.encode({"order": said, "payments": [PAYMENT]}))
    assert outcome.state == "waiting", outcome
    return outcome.message


async def listed(to: Shop) -> None:
    """Make its SKU known."""
    code = await postgres.fetchval("select code from skus limit 1")
    async with postgres.transaction() as tx:
        await listing.list_skus(tx, to.id, [ListingEntry(outside_sku="T-NEW", sku=code)], actor=SYSTEM)


@pytest.mark.parametrize(
    "q",
    [
        NUMBER,
        f"订单号：{NUMBER}",
        "4200002611908733",
        "13812342046",
        "138 1234 2046",
        "2046",
        "王小明",
        "收件人：王小明",
    ],
)
async def test_an_order_that_never_became_one_is_found_by_whatever_is_in_its_message(q: str) -> None:
    await quarantined(await our_shop())
    async with await he() as browser:
        page = html.unescape((await asked(browser, q)).text)
    for shown in (
        *("It came, and is no order yet", f"<h2>{NUMBER}</h2>", "The shop has no SKU “T-NEW”"),
        *("With Operations", f"We have received your order {NUMBER}", f"你的订单 {NUMBER} 我们收到了"),
    ):
        assert shown in page, shown
    assert "13812342046" not in page.replace('value="13812342046"', "").replace("q=13812342046", "")


@pytest.mark.parametrize("q", ["13900000000", "9999", "李雷", "1234204", NUMBER[:-1]])
async def test_what_is_not_in_it_does_not_find_it(q: str) -> None:
    await quarantined(await our_shop())
    async with await he() as browser:
        assert "Nothing found" in (await asked(browser, q)).text


async def test_whoever_may_read_messages_is_led_to_it_and_others_are_not() -> None:
    message = await quarantined(await our_shop())
    async with await he() as browser:
        assert 'href="/messages' not in (await asked(browser, NUMBER)).text
    async with await Browser().arrive(await hire("zhou", "operations")) as browser:
        page = (await asked(browser, NUMBER)).text
        found = re.search(r'href="(/messages\?[^"#]+)#message-([^"]+)"', page)
        assert found
        assert found[2] == str(message)
        queue = (await browser.get(html.unescape(found[1]))).text
    assert re.findall(r'id="message-([^"]+)"', queue)[0] == str(message)


async def test_a_message_that_cannot_be_read_is_found_by_the_number_in_it() -> None:
    await send(await our_shop(), b'{"order": {"number": "693341028870519')
    async with await he() as browser:
        page = (await asked(browser, "693341028870519")).text
    assert "It came, and is no order yet" in page
    assert "No readable number" in page


async def test_what_somebody_put_away_is_found_with_their_reason() -> None:
    message = await quarantined(await our_shop())
    wish = Move(subject=message, transition="dismiss", facts={"reason": "测试单"}, why="测试单")
    (verdict,) = await move([wish], actor=LAOZHOU)
    assert verdict.refused is None
    async with await he() as browser:
        page = (await asked(browser, NUMBER)).text
    for shown in ("Put away by 老周", "测试单"):
        assert shown in page, shown
    assert "We have received" not in page


async def test_once_it_is_applied_the_open_page_says_that_there_is_an_order_now() -> None:
    to = await our_shop()
    message = await quarantined(to)
    async with await he() as browser:
        page = (await asked(browser, NUMBER)).text
        part = html.unescape(re.findall(r'data-src="(/desk/messages[^"]+)"', page)[0])
        await listed(to)
        (outcome,) = await replay([message], actor=LAOZHOU)
        assert outcome.state == "applied", outcome
        assert "There is an order now" in (await browser.get(part)).text
        assert 'data-live="desk.order?' in (await asked(browser, NUMBER)).text


async def test_what_waits_of_an_order_stands_above_it_however_it_was_asked_for() -> None:
    to = await our_shop()
    message = await quarantined(to)
    await listed(to)
    await replay([message], actor=LAOZHOU)
    later = ORDER | {"updated_at": clock.now().isoformat(), "status": "ON_HOLD_BY_PLATFORM"}
    (outcome,) = await send(to, msgspec.json.encode({"order": later}), first=5)
    assert outcome.state == "waiting", outcome
    number = await postgres.fetchval("select number from orders")
    async with await he() as browser:
        page = (await asked(browser, number)).text
    assert "1 message was not taken in" in page
    assert "ON_HOLD_BY_PLATFORM" in page


async def test_messages_of_a_shop_others_look_after_are_not_found() -> None:
    await quarantined(await our_shop())
    elsewhere, _, _ = await shop("别的店")
    async with await he(shops=[elsewhere]) as browser:
        for q in (NUMBER, "13812342046", "王小明", "4200002611908733"):
            assert "Nothing found" in (await asked(browser, q)).text, q
