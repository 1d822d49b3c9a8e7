"""The page over HTTP: what it tells, what it does not, and what travels with it."""

import re

import pytest

from orderhub.delivery import splitting
from orderhub.journey import delays, links
from orderhub.kernel import clock, postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.changes import Edit
from orderhub.kernel.moves import Move, move
from tests.browsers import Browser
from tests.journey.three_parcels import age, be_late, go, hours, link_of, parcels, three_parcels
from tests.people import acting, hire
from tests.placed import draft, placed, shop

pytestmark = pytest.mark.usefixtures("clean")


async def opened(path: str, **headers: str) -> str:
    """The page as a person reads it: without markup, spaces folded."""
    async with Browser() as browser:
        page = await browser.get(path, headers=headers)
    assert page.status_code == 200, page.text
    return text_of(page.text)


def text_of(page: str) -> str:
    body = page[page.index("<main") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body))


async def test_three_parcels_stand_side_by_side_each_with_its_promise() -> None:
    order = await three_parcels()
    one, _, three = await parcels(order)
    await go(one, "collect", waybill="SF1029338444471", carrier="顺丰")
    await go(three, "deliver", "sign")
    text = await opened(await link_of(order))
    assert "3 parcels, 1 arrived" in text
    assert "顺丰 ending 4471" in text
    assert "机油滤清器 ×2" in text
    assert text.count("By ") >= 2
    assert re.search(r"Today \d\d:\d\d: delivered", text)


async def test_what_is_stuck_says_what_it_waits_for_who_has_it_and_since_when() -> None:
    order = await three_parcels()
    _, two, _ = await parcels(order)
    await go(two, "collect", waybill="SF2", carrier="中通")
    await be_late(two)
    text = await opened(await link_of(order))
    assert "3 parcels, 1 stuck" in text
    assert "Parcel 2 waits for the carrier to send it on" in text
    assert "With 中通 for 6 h 12 min" in text
    assert "The new time is not known yet" in text
    assert "Should have moved on by" in text
    assert re.search(r"was .{5,20} · 刹车油", text)


async def test_who_is_told_why_is_told_until_when() -> None:
    order = await three_parcels()
    _, two, _ = await parcels(order)
    await be_late(two)
    visit = await postgres.fetchval("select visit_id from subjects where id = $1", two)
    told = delays.wish(two, visit=visit, reason="report", expected_at=clock.now() + hours(3))
    (verdict,) = await delays.explain([told], actor=acting(await hire("he", "service"), "service"))
    assert verdict.refused is None
    path = await link_of(order)
    text = await opened(path)
    assert "Parcel 2 waits for its test report" in text
    assert "Expected to move on by" in text
    assert "包裹 2 在等检测报告" in await opened(f"{path}?lang=zh-CN")


async def test_a_promise_that_changed_says_what_it_was() -> None:
    order = await three_parcels()
    _, two, _ = await parcels(order)
    before = await opened(await link_of(order))
    assert "was " not in before
    await be_late(two, since=hours(30))
    await go(two, "collect", waybill="SF2")
    text = await opened(await link_of(order))
    assert "stuck" not in text
    assert re.search(r"By \d\d-\d\d \d\d:00 was \d\d-\d\d \d\d:00 · 刹车油", text)


async def test_an_order_is_told_from_its_first_moment() -> None:
    (order,) = await placed([draft(await shop())], paid=False)
    path = await link_of(order)
    assert "Waiting for payment" in await opened(path)
    assert "等待付款" in await opened(path, **{"Accept-Language": "zh-CN"})


async def test_a_cancelled_order_says_so_and_nothing_of_it_is_stuck() -> None:
    order = await three_parcels()
    _, two, _ = await parcels(order)
    await be_late(two)
    await move([Move(subject=order, transition="cancel")], actor=SYSTEM)
    text = await opened(await link_of(order))
    assert "Cancelled" in text
    assert "stuck" not in text


async def test_a_cancelled_parcel_is_not_counted() -> None:
    order = await three_parcels()
    _, two, _ = await parcels(order)
    await move([Move(subject=two, transition="cancel")], actor=SYSTEM)
    assert "2 parcels" in await opened(await link_of(order))


async def test_people_are_masked_and_staff_are_not_named() -> None:
    order = await three_parcels()
    one, *_ = await parcels(order)
    picker = acting(await hire("amin", "warehouse", name="阿敏"), "warehouse", name="阿敏")
    await move([Move(subject=one, transition="pick")], actor=picker)
    text = await opened(await link_of(order))
    assert "王** 138****2046" in text
    for secret in ("13812342046", "王小明", "星湖街", "阿敏", "person:"):
        assert secret not in text


async def test_what_travels_with_the_page_keeps_the_secret_address_secret() -> None:
    path = await link_of(await three_parcels())
    async with Browser() as browser:
        for address in (path, f"{path}?lang=en", f"{path}/tracks", f"{path[:-1]}_"):
            answer = await browser.get(address)
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["cache-control"] == "private, no-cache"
            assert answer.headers["x-robots-tag"] == "noindex, nofollow"
            assert "set-cookie" not in answer.headers
            assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_the_live_part_alone_is_the_part_of_the_page() -> None:
    path = await link_of(await three_parcels())
    async with Browser() as browser:
        with clock.frozen(clock.now()):  # both say as of which second they were told
            page = await browser.get(f"{path}?lang=en")
            part = await browser.get(f"{path}/tracks?lang=en")
    assert _still(part.text) in _still(page.text)


def _still(html: str) -> str:
    """Without what moves on by itself."""
    return re.sub(r'data-version="[^"]*"|(?<=data-as="held">)[^<]*', "", html).strip()


async def test_the_page_names_no_language_cookie_and_keeps_the_language_in_its_addresses() -> None:
    path = await link_of(await three_parcels())
    async with Browser() as browser:
        page = (await browser.get(f"{path}?lang=zh-CN")).text
    assert '<html lang="zh-CN">' in page
    assert f'action="{path}/hurries?lang=zh-CN"' in page
    assert f'data-src="{path}/tracks?lang=zh-CN"' in page


async def test_whoever_is_signed_in_elsewhere_sees_the_same_page() -> None:
    path = await link_of(await three_parcels())
    person = await hire("mai", "sales", shops=[987_654])
    async with Browser() as browser:
        await browser.arrive(person)
        assert (await browser.get(path)).status_code == 200


@pytest.mark.parametrize("ending", ["", "/tracks"])
async def test_a_replaced_link_is_gone_and_says_so(ending: str) -> None:
    order = await three_parcels()
    path = await link_of(order)
    person = acting(await hire("he", "service"), "service")
    await links.replace([Edit(subject=order, values={})], actor=person)
    async with Browser() as browser:
        answer = await browser.get(path + ending)
    assert answer.status_code == 410
    assert "made a new link" in answer.text


async def test_refunds_are_told() -> None:
    order = await three_parcels()
    await postgres.execute(
        """insert into order_money (shop_id, kind, number, order_id, amount_minor, at)
           select shop_id, 'refund', 'R1', id, 12800, now() from orders where id = $1""",
        order,
    )
    assert "Refund ¥128.00" in await opened(await link_of(order))


async def test_many_parcels_are_all_told_and_three_are_drawn() -> None:
    (order,) = await placed([draft(await shop(), pieces=5)])
    (shipment,) = await parcels(order)
    await splitting.split([splitting.wish(shipment, [{1: 1}] * 4)], actor=SYSTEM)
    await age(order, hours(1))
    *_, last = await parcels(order)
    await be_late(last)
    path = await link_of(order)
    text = await opened(path)
    assert "5 parcels, 1 stuck" in text
    assert "2 more parcels are told, not drawn" in text
    async with Browser() as browser:
        page = (await browser.get(path)).text
    assert re.findall(r'class="k o t-\w+">(\d)<', page) == ["1", "2", "5"]
