"""The answer in words: what somebody of ours sends to the buyer as it stands, in every language."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from orderhub.journey import delays, links
from orderhub.journey.answering import answers
from orderhub.journey.tracks import tracks
from orderhub.kernel import clock, postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.moves import Move, move
from orderhub.rendering import times
from orderhub.rendering.catalogue import words
from tests.browsers import Browser
from tests.journey.three_parcels import be_late, busy_order, go, parcels, three_parcels
from tests.people import acting, hire
from tests.placed import draft, placed, shipment_of, shop

pytestmark = pytest.mark.usefixtures("clean")


async def said(order: UUID) -> tuple[str, str]:
    """The answer in Chinese and in English, with OH for the order's number."""
    async with postgres.transaction(snapshot=True) as tx:
        told = await tracks(tx, order, words("en"), now=clock.now())
        made = answers(told, address=await links.open_address(tx, order), first="zh-CN")
    chinese, english = (one.text.replace(told.order["number"], "OH") for one in made)
    return chinese, english


def date(at: datetime, lang: str) -> str:
    return times.written(at, words(lang))


async def promised(order: UUID) -> datetime:
    """By when the order's first parcel is promised."""
    async with postgres.transaction(snapshot=True) as tx:
        told = await tracks(tx, order, words("en"), now=clock.now())
    assert told.tracks[0].promise.by is not None
    return told.tracks[0].promise.by


async def test_an_order_that_is_not_paid_waits_for_it() -> None:
    (order,) = await placed([draft(await shop())], paid=False)
    assert await said(order) == ("你的订单 OH：等待付款。", "Your order OH: waiting for payment.")


async def test_a_parcel_on_its_way_says_who_brings_it_and_by_when() -> None:
    (order,) = await placed([draft(await shop())])
    await go(await shipment_of(order), "deliver", waybill="SF1029338444471", carrier="顺丰")
    by = await promised(order)
    assert await said(order) == (
        f"你的订单 OH：今天派送，顺丰尾号 4471，预计 {date(by, 'zh-CN')} 前到。",
        f"Your order OH: out for delivery, 顺丰 ending 4471, expected by {date(by, 'en')}.",
    )


async def test_a_parcel_that_is_stuck_says_what_it_waits_for_and_that_we_are_sorry() -> None:
    (order,) = await placed([draft(await shop())])
    await be_late(await shipment_of(order))
    chinese, english = await said(order)
    assert chinese == "你的订单 OH：备货中，正在等仓库拣货，新时间一定就告诉你。让你久等了，抱歉。"
    assert english == (
        "Your order OH: being prepared, waiting for the warehouse to pick it, we will tell you the new time as soon as "
        "it is known. We are sorry about the wait."
    )


async def test_a_delay_that_was_explained_is_told_with_its_new_time() -> None:
    (order,) = await placed([draft(await shop())])
    parcel = await shipment_of(order)
    await be_late(parcel)
    visit = await postgres.fetchval("select visit_id from subjects where id = $1", parcel)
    expected = clock.now().replace(microsecond=0) + timedelta(hours=9)
    he = acting(await hire("he", "service"), "service")
    wish = delays.wish(parcel, visit=visit, reason="report", expected_at=expected)
    (verdict,) = await delays.explain([wish], actor=he)
    assert verdict.refused is None
    chinese, english = await said(order)
    assert f"正在等检测报告，预计 {date(expected, 'zh-CN')} 前能走，预计" in chinese
    assert (
        f"waiting for its test report, expected to move on by {date(expected, 'en')}, expected by" in english
    )
    assert "first planned for" in english


async def test_several_parcels_are_told_apart_by_what_is_in_them() -> None:
    chinese, english = await said(await busy_order())
    assert chinese.startswith("你的订单 OH 分成 3 个包裹。1. 机油滤清器 ×2：今天派送，顺丰速运尾号 4471，")
    assert "；2. 刹车油 DOT4 ×2：备货中，正在等仓库拣货，" in chinese
    assert "；3. 火花塞 ×1：正在查找，中通尾号 1190，正在等快递把它找到，" in chinese
    assert english.startswith("Your order OH comes in 3 parcels. 1. 机油滤清器 ×2: out for delivery, ")


async def test_a_parcel_that_is_there_says_since_when() -> None:
    order = await three_parcels()
    one, *_ = await parcels(order)
    await go(one, "sign", waybill="SF1", carrier="顺丰")
    chinese, english = await said(order)
    at = await postgres.fetchval(
        "select entered_at from visits where subject_id = $1 and left_at is null", one
    )
    assert f"：{date(at, 'zh-CN')} 已签收；" in chinese
    assert f": delivered {date(at, 'en')}; " in english


async def test_an_order_that_is_over_says_only_that() -> None:
    (order,) = await placed([draft(await shop())])
    facts = {"reason": "no longer wanted"}
    (verdict,) = await move([Move(subject=order, transition="cancel", facts=facts)], actor=SYSTEM)
    assert verdict.refused is None, verdict
    assert (await said(order))[1] == "Your order OH: cancelled."


def test_a_moment_is_written_with_its_date() -> None:
    at = datetime.fromisoformat("2026-11-11T10:00:00+00:00")
    assert date(at, "zh-CN") == "11月11日 18:00"
    assert date(at, "en") == "11 Nov, 18:00"


async def test_the_order_page_has_the_answer_in_both_languages_and_the_link() -> None:
    order = await three_parcels()
    number = await postgres.fetchval("select number from orders")
    async with Browser() as browser:
        await browser.arrive(await hire("he", "service"))
        page = (await browser.get(f"/orders/{number}")).text
    for text in await said(order):
        assert text.replace("OH", number) in page
    async with postgres.transaction(snapshot=True) as tx:
        assert f"<span data-address>{await links.open_address(tx, order)}</span>" in page
