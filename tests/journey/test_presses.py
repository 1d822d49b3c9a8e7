"""What a buyer presses: hurry, received, confirm. Plain forms, done once, and only when it makes sense."""

import re
from uuid import UUID

import httpx
import pytest

from orderhub.kernel import clock, postgres
from orderhub.proof import verify
from tests.browsers import Browser
from tests.journey.test_page import text_of
from tests.journey.three_parcels import be_late, go, hours, link_of, parcels, three_parcels
from tests.people import hire
from tests.placed import draft, placed, shop

pytestmark = pytest.mark.usefixtures("clean")


async def press(
    browser: Browser, path: str, word: str, *, lang: str = "en", times: int = 1
) -> httpx.Response:
    """Press a button of the page as a browser without scripts does, under a policy of no referrer."""
    page = (await browser.get(f"{path}?lang={lang}")).text
    forms = re.findall(r'<form[^>]*action="([^"]+)">(.*?)</form>', page, flags=re.DOTALL)
    action, inside = next(form for form in forms if word in form[1])
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', inside))
    for _ in range(times):
        answer = await browser.post(action, data=fields, headers={"Origin": "null"})
    return answer


async def stage(subject: UUID) -> str:
    return str(await postgres.fetchval("select stage from subjects where id = $1", subject))


async def hurries(order: UUID) -> int:
    counted = await postgres.fetchval("select hurries from journey_links where order_id = $1", order)
    return counted or 0


async def test_a_hurry_is_counted_told_in_the_ledger_and_leads_back_to_the_page() -> None:
    order = await three_parcels()
    path = await link_of(order)
    async with Browser() as browser:
        answer = await press(browser, path, "Nudge")
        assert (answer.status_code, answer.headers["location"]) == (303, f"{path}?lang=en")
        assert "You nudged us" in text_of((await browser.get(answer.headers["location"])).text)
    assert await hurries(order) == 1
    body = await postgres.fetchval(
        "select body from ledger where root_id = $1 order by at desc limit 1", order
    )
    assert '"action":"journey.hurried"' in body
    assert '"kind":"buyer"' in body
    assert '"ip":"203.0.113.0/24"' in body
    assert (await verify.verify()).findings == []


async def test_the_same_press_twice_is_one_hurry() -> None:
    order = await three_parcels()
    async with Browser() as browser:
        answer = await press(browser, await link_of(order), "Nudge", times=2)
    assert answer.status_code == 303
    assert await hurries(order) == 1


async def test_a_second_hurry_within_four_hours_is_refused_and_later_it_is_heard() -> None:
    order = await three_parcels()
    path = await link_of(order)
    async with Browser() as browser:
        await press(browser, path, "Nudge")
        again = await browser.post(f"{path}/hurries?lang=en", data={"number": "2"})
        assert again.status_code == 409
        assert "You may again in 239 min" in again.text
        with clock.frozen(clock.now() + hours(4.1)):
            assert (await press(browser, path, "Nudge")).status_code == 303
    assert await hurries(order) == 2


async def test_what_has_arrived_or_is_not_paid_is_not_hurried() -> None:
    arrived = await three_parcels()
    for parcel in await parcels(arrived):
        await go(parcel, "deliver", "sign")
    (unpaid,) = await placed([draft(await shop("另一家"), "N2")], paid=False)
    async with Browser() as browser:
        for order in (arrived, unpaid):
            path = await link_of(order)
            assert "Nudge" not in (await browser.get(f"{path}?lang=en")).text
            assert (await browser.post(f"{path}/hurries", data={"number": "1"})).status_code == 409
            assert await hurries(order) == 0


async def test_whoever_has_it_sees_that_the_buyer_hurries_until_it_moves_on() -> None:
    order = await three_parcels()
    one, *_ = await parcels(order)
    person = await hire("chen", "manager")
    async with Browser() as browser, Browser() as desk:
        await desk.arrive(person)
        await press(browser, await link_of(order), "Nudge")
        number = await postgres.fetchval("select number from orders where id = $1", order)
        assert "The buyer nudged us" in (await desk.get(f"/orders/{number}")).text
        wall = (await desk.get("/wall?role=warehouse")).text
        assert wall.count("The buyer nudged us") == 3
        await go(one, "collect", waybill="SF1")
        wall = (await desk.get("/wall?role=warehouse")).text
        assert wall.count("The buyer nudged us") == 2


async def test_a_parcel_at_the_door_can_be_signed_for() -> None:
    order = await three_parcels()
    one, two, _ = await parcels(order)
    await go(one, "deliver", waybill="SF1")
    async with Browser() as browser:
        path = await link_of(order)
        assert "I have parcel 2" not in (await browser.get(f"{path}?lang=en")).text
        answer = await press(browser, path, "I have parcel 1", times=2)
    assert answer.status_code == 303
    assert (await stage(one), await stage(two)) == ("signed", "allocated")
    assert (await verify.verify()).findings == []


async def test_a_lost_parcel_that_turned_up_is_late_no_more() -> None:
    order = await three_parcels()
    one, *_ = await parcels(order)
    await go(one, "lose", waybill="SF1")
    async with Browser() as browser:
        path = await link_of(order)
        assert "Parcel 1 waits for the carrier to find it" in (await browser.get(f"{path}?lang=en")).text
        await press(browser, path, "I have parcel 1")
        assert "stuck" not in text_of((await browser.get(f"{path}?lang=en")).text)
    assert await stage(one) == "signed"


async def test_an_order_that_is_all_there_is_confirmed_once() -> None:
    order = await three_parcels()
    for parcel in await parcels(order):
        await go(parcel, "deliver", "sign")
    async with Browser() as browser:
        path = await link_of(order)
        answer = await press(browser, path, "Confirm receipt", times=2)
        assert answer.status_code == 303
        assert "Done" in text_of((await browser.get(f"{path}?lang=en")).text)
    assert await stage(order) == "closed"


async def test_nobody_signs_for_what_is_still_in_the_house() -> None:
    order = await three_parcels()
    one, *_ = await parcels(order)
    visit = await postgres.fetchval("select visit_id from subjects where id = $1", one)
    async with Browser() as browser:
        answer = await browser.post(f"{await link_of(order)}/receipts", data={"visit": str(visit)})
    assert answer.status_code == 409
    assert await stage(one) == "allocated"


async def test_a_link_opens_nothing_of_another_order() -> None:
    mine, theirs = await three_parcels("N-01"), await three_parcels("N-02")
    one, *_ = await parcels(theirs)
    await go(one, "deliver", waybill="SF9")
    visit = await postgres.fetchval("select visit_id from subjects where id = $1", one)
    async with Browser() as browser:
        answer = await browser.post(f"{await link_of(mine)}/receipts", data={"visit": str(visit)})
    assert answer.status_code == 409
    assert await stage(one) == "out_for_delivery"


@pytest.mark.parametrize(
    "fields", [{}, {"visit": "x"}, {"visit": "0" * 32}, {"number": "9" * 50}, {"number": "-1"}]
)
@pytest.mark.parametrize("form", ["hurries", "receipts"])
async def test_a_form_that_somebody_made_up_is_answered(form: str, fields: dict[str, str]) -> None:
    path = await link_of(await three_parcels())
    async with Browser() as browser:
        assert (await browser.post(f"{path}/{form}", data=fields)).status_code in (303, 409)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://hub.test", "Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_form_of_another_site_does_nothing(headers: dict[str, str]) -> None:
    order = await three_parcels()
    async with Browser() as browser:
        answer = await browser.post(f"{await link_of(order)}/hurries", data={"number": "1"}, headers=headers)
    assert answer.status_code == 403
    assert await hurries(order) == 0


async def test_a_late_parcel_that_is_hurried_stays_late() -> None:
    order = await three_parcels()
    one, *_ = await parcels(order)
    await be_late(one)
    async with Browser() as browser:
        path = await link_of(order)
        await press(browser, path, "Nudge")
        assert "3 parcels, 1 stuck" in text_of((await browser.get(f"{path}?lang=en")).text)
