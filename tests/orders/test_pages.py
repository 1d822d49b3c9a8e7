"""The order pages, over HTTP, as people open them."""

import html
import re

import pytest

from orderhub.kernel import postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.moves import Move, move
from tests.browsers import Browser
from tests.people import hire
from tests.placed import draft, placed, shipment_of, shop

pytestmark = pytest.mark.usefixtures("clean")


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_an_order_page_tells_everything_of_an_order(lang: str) -> None:
    (order,) = await placed([draft(await shop())])
    await move(
        [Move(subject=await shipment_of(order), transition="collect", facts={"waybill": "SF77"})],
        actor=SYSTEM,
    )
    number = await postgres.fetchval("select number from orders where id = $1", order)
    person = await hire("chen", "manager")
    async with Browser() as browser:
        await browser.arrive(person)
        page = await browser.get(f"/orders/{number}?lang={lang}")
    assert page.status_code == 200, page.text
    for told in (
        number,
        "69334102887051",
        "PAY-69334102887051",
        "SF77",
        "138****2046",
        "56.00",
        "机油滤清器 W712",
    ):
        assert told in page.text, told
    assert "13812342046" not in page.text


@pytest.mark.parametrize(
    "asked", ["69334102887051", "13812342046", "2046", "王小明", "PAY-69334102887051", "SF77"]
)
async def test_an_order_is_found_by_any_number_phone_or_name(asked: str) -> None:
    (order,) = await placed([draft(await shop())])
    await move(
        [Move(subject=await shipment_of(order), transition="collect", facts={"waybill": "SF77"})],
        actor=SYSTEM,
    )
    person = await hire("chen", "manager")
    async with Browser() as browser:
        await browser.arrive(person)
        page = await browser.get("/orders", params={"q": asked})
        nothing = await browser.get("/orders", params={"q": "13900000000"})
    assert "OH-" in page.text
    assert "OH-" not in nothing.text


async def test_pages_follow_one_another_without_gap_or_repeat() -> None:
    place = await shop()
    await placed([draft(place, f"N{n}") for n in range(120)], paid=False)
    person = await hire("chen", "manager")
    seen: list[str] = []
    async with Browser() as browser:
        await browser.arrive(person)
        path: str | None = "/orders"
        while path and len(seen) < 1_000:
            page = (await browser.get(path)).text
            seen += re.findall(r'href="/orders/([^"]+)"', page)
            more = re.search(r'rel="next" href="([^"]+)"|href="([^"]+)" rel="next"', page)
            path = html.unescape(more[1] or more[2]) if more else None
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize(
    "path", ["/board", "/board/counts", "/board/moves", "/board/late", "/wall?role=warehouse"]
)
async def test_board_and_wall_show_what_stands_there(path: str) -> None:
    place = await shop()
    await placed([draft(place, f"N{n}") for n in range(3)])
    person = await hire("chen", "manager")
    async with Browser() as browser:
        await browser.arrive(person)
        for lang in ("zh-CN", "en"):
            page = await browser.get(
                path, params={"lang": lang} | ({"role": "warehouse"} if "wall" in path else {})
            )
            assert page.status_code == 200, page.text


async def test_a_button_moves_a_shipment_and_a_stale_one_says_why_not() -> None:
    (order,) = await placed([draft(await shop())])
    shipment = await shipment_of(order)
    visit = await postgres.fetchval("select visit_id from subjects where id = $1", shipment)
    person = await hire("amin", "warehouse")
    async with Browser() as browser:
        await browser.arrive(person)
        await browser.get("/wall")
        form = {"subject": str(shipment), "visit": str(visit), "transition": "pick"}
        headers = {"x-csrftoken": browser.cookies["csrftoken"], "HX-Request": "true"}
        assert (await browser.post("/moves", data=form, headers=headers)).status_code == 204
        assert (await browser.post("/moves", data=form, headers=headers)).status_code == 409
