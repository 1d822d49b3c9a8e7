"""The service desk, over HTTP: whatever is asked for is found, by those who look after it, with all that has to be said."""

import html
import re
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from orderhub.journey import links
from orderhub.journey.answering import answers
from orderhub.journey.tracks import tracks
from orderhub.kernel import clock, postgres
from orderhub.kernel.actors import ROLES
from orderhub.rendering.catalogue import words
from tests.browsers import Browser
from tests.desk.service import CHANNEL_NUMBER, WAYBILL, asked, he, number_of, on_its_way, our_shop
from tests.journey.three_parcels import be_late, busy_order, link_of
from tests.orders.test_listing import LI
from tests.people import hire
from tests.placed import draft, placed, shipment_of, shop

pytestmark = pytest.mark.usefixtures("clean")


async def its_numbers(order: UUID) -> dict[str, str]:
    """Everything by which the order may be asked for."""
    row = await postgres.fetchrow(
        """select o.number, p.number as shipment, p.code from orders o join shipments p on p.order_id = o.id
           where o.id = $1""",
        order,
    )
    assert row is not None
    return {
        "ours": row["number"],
        "ours, in small letters": row["number"].lower(),
        "the channel's": CHANNEL_NUMBER,
        "the parcel's": row["shipment"],
        "the waybill": WAYBILL,
        "the payment": f"PAY-{CHANNEL_NUMBER}",
        "the phone": "13812342046",
        "last four": "2046",
        "the name": "王小明",
        "the code of the day": row["code"],
        "behind a label": f"订单号：{CHANNEL_NUMBER}",
        "with spaces": "6933 4102 8870 51",
        "with dashes": "SF-1029-3384-44471",
        "in full-width digits": "６９３３４１０２８８７０５１",
        "the link": f"https://hub.example.com{await link_of(order)}?lang=en",
        "the link in a sentence": f"客户发来 {await link_of(order)} 麻烦看看",
    }


async def test_an_order_is_found_by_whatever_somebody_has_of_it() -> None:
    place = await our_shop()
    order = await on_its_way(place)
    await on_its_way(place, "71110000000001", waybill="YT9", receiver=LI)
    number = await number_of(order)
    async with await he() as browser:
        for way, q in (await its_numbers(order)).items():
            page = await asked(browser, q)
            assert page.status_code == 200, way
            assert f'href="/orders/{number}"' in page.text, way
            assert page.text.count('data-live="desk.order?') == 1, way


async def test_an_order_is_found_by_its_refund() -> None:
    order = await on_its_way(await our_shop())
    await postgres.execute(
        """insert into order_money (shop_id, kind, number, order_id, amount_minor, at)
           select shop_id, 'refund', 'RF-7', id, 100, now() from orders"""
    )
    async with await he() as browser:
        assert await number_of(order) in (await asked(browser, "rf-7")).text


async def test_a_link_that_was_replaced_still_says_which_order_it_is_of() -> None:
    order = await on_its_way(await our_shop())
    old = await link_of(order)
    await postgres.execute("insert into journey_links (order_id, generation) values ($1, 1)", order)
    async with await he() as browser:
        page = (await asked(browser, old)).text
    assert f'href="/orders/{await number_of(order)}"' in page
    assert old not in re.sub(r'value="[^"]*"', "", page).replace("data-live", "").split("say-en", 1)[1]


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_one_order_is_told_whole_in_one_screen(lang: str) -> None:
    order = await on_its_way(await our_shop())
    async with await he() as browser:
        page = html.unescape((await asked(browser, CHANNEL_NUMBER, lang=lang)).text)
    async with postgres.transaction(snapshot=True) as tx:
        told = await tracks(tx, order, words(lang), now=clock.now())
        said = answers(told, address=await links.open_address(tx, order), first=lang)
    for shown in (
        *(
            await number_of(order),
            CHANNEL_NUMBER,
            "旗舰店",
            "机油滤清器 W712",
            "56.00",
            "王**",
            "138****2046",
        ),
        *("顺丰", WAYBILL, words(lang).text("stage.shipment.out_for_delivery")),
        *(
            words(lang).text("desk.follows", role=words(lang).text("role.service")),
            *(one.text for one in said),
        ),
        *(one.copy for one in said),
    ):
        assert shown in page, shown
    assert page.index(f'id="say-{lang}"') == min(page.index('id="say-en"'), page.index('id="say-zh-CN"'))
    assert "13812342046" not in page


async def test_what_stands_too_long_says_what_it_waits_for_and_can_be_explained() -> None:
    (order,) = await placed([draft(await our_shop())])
    await be_late(await shipment_of(order))
    async with await he() as browser:
        page = (await asked(browser, "2046")).text
    for shown in (
        "Waiting for the warehouse to pick it",
        "With 苏州一仓",
        "over</time>",
        "/delays",
        "waiting for the warehouse to pick it</h1>",
    ):
        assert shown in page, shown


async def test_every_parcel_has_its_holder_its_reason_and_its_time() -> None:
    order = await busy_order()
    async with await he() as browser:
        page = (await asked(browser, await number_of(order))).text
    for shown in (
        *("3 parcels, 2 stuck", "With 顺丰速运", "SF1029338444471", "Waiting for the carrier to find it"),
        *("With 苏州一仓", "With 中通", "Out for delivery", "Lost"),
    ):
        assert shown in page, shown


async def test_an_order_nobody_paid_is_with_its_buyer() -> None:
    await placed([draft(await our_shop())], paid=False)
    async with await he() as browser:
        page = (await asked(browser, CHANNEL_NUMBER)).text
    assert "With Buyer" in page
    assert "waiting for payment" in page


async def test_several_orders_are_a_list_to_choose_from() -> None:
    place = await our_shop()
    orders = [await on_its_way(place, f"7000{n}", waybill=f"YT{n}") for n in range(3)]
    async with await he() as browser:
        page = (await asked(browser, "王小明")).text
    numbers = re.findall(r'href="/desk\?q=(OH-[^"]+)"', page)
    assert numbers == [await number_of(order) for order in reversed(orders)]
    for shown in ("3 orders. Which one?", "王**", "机油滤清器 W712", "Out for delivery"):
        assert shown in page, shown


async def test_too_many_orders_say_so_and_how_to_ask_for_less() -> None:
    place = await our_shop()
    await placed([draft(place, f"7000{n}") for n in range(15)])
    async with await he() as browser:
        page = (await asked(browser, "2046")).text
    assert page.count('href="/desk?q=OH-') == 12
    assert "The newest 12; there are more" in page


async def test_nothing_found_says_what_was_looked_for() -> None:
    async with await he(shops=[(await our_shop())[0]]) as browser:
        page = await asked(browser, "69330000<b>")
    assert page.status_code == 200
    for shown in (
        "Nothing found for “69330000&lt;b&gt;”",
        "Only the shops and warehouses you look after",
        "missing digit",
    ):
        assert shown in page.text, shown


async def test_an_empty_box_asks() -> None:
    async with await he() as browser:
        for q in ("", "   "):
            assert "Where is it?" in (await asked(browser, q)).text


async def test_what_others_look_after_is_not_found() -> None:
    ours, theirs = await shop("天猫"), await shop("抖音")
    order = await on_its_way(theirs)
    stranger = await he(shops=[ours[0]])
    picker = await Browser().arrive(await hire("mai", "sales", warehouses=[ours[1]]))
    for browser in (stranger, picker):
        async with browser:
            for way, q in (await its_numbers(order)).items():
                page = await asked(browser, q)
                assert "Nothing found" in page.text, way
                assert "/orders/OH-" not in page.text, way
                assert "王**" not in page.text, way
            assert (await browser.get("/desk/order", params={"order": str(order)})).status_code == 404
            messages = {"q": "x", "order": str(order)}
            assert (await browser.get("/desk/messages", params=messages)).status_code == 404
            hits = await browser.get("/desk/hits", params={"orders": str(order)})
            assert await number_of(order) not in hits.text


@pytest.mark.parametrize(
    "path", ["/desk/order", "/desk/order?order=x", "/desk/hits?orders=1,2", "/desk/nothing"]
)
async def test_a_part_that_is_none_is_refused(path: str) -> None:
    async with await he() as browser:
        assert (await browser.get(path)).status_code in (400, 404, 422)


@pytest.mark.parametrize("role", ROLES)
async def test_the_desk_is_for_those_who_answer_buyers(role: str) -> None:
    async with await Browser().arrive(await hire("somebody", role)) as browser:
        answer = await browser.get("/desk")
    allowed = role in ("service", "sales", "operations", "manager", "admin")
    assert answer.status_code == (200 if allowed else 403)


async def test_the_desk_finds_old_orders_as_well() -> None:
    one = msgspec.structs.replace(draft(await our_shop()), placed_at=clock.now() - timedelta(days=300))
    await placed([one])
    async with await he() as browser:
        assert 'data-live="desk.order?' in (await asked(browser, CHANNEL_NUMBER)).text
