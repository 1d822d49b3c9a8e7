"""An order's whole way, as people see it: in two browsers at phone size, with the server killed in between."""

import re
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from playwright.async_api import Browser, Page, expect

from orderhub.accounts import shops
from orderhub.intake.generic import signature
from orderhub.kernel import clock, postgres
from tests.asking import asking
from tests.chromium import phone
from tests.company import company
from tests.people import PASSWORD
from tests.stories.hub import ServedHub

pytestmark = [pytest.mark.every_server]

STAYED = "window.neverReloaded"


async def test_an_order_goes_from_webhook_to_board_to_wall_to_another_phone(
    served: ServedHub, chromium: Browser
) -> None:
    place = await company()
    await a_filter_is_sold_in(place.tmall)
    manager = await signed_in(chromium, served, "chen", "/board")
    warehouse = await signed_in(chromium, served, "min", "/wall")

    await webhook(served, place.tmall, order())
    await webhook(served, place.tmall, payment())
    number = await postgres.fetchval("select number from orders")
    await expect(manager.locator("#board-moves")).to_contain_text(number)
    await expect(manager.locator("#board-counts a", has_text="已分单").locator("b")).to_have_text("1")

    await press(warehouse, "开始拣货")
    await expect(manager.locator("#board-counts a", has_text="拣货中").first.locator("b")).to_have_text("1")

    await served.kill()
    await served.start()

    await press(warehouse, "打包完成")
    await warehouse.get_by_label("运单号").fill("SF1029338447")
    await press(warehouse, "交给快递")
    await expect(manager.locator("#board-counts a", has_text="已揽收").first.locator("b")).to_have_text("1")

    second = await signed_in(chromium, served, "he", f"/orders/{number}")
    await expect(second.locator("#order-children")).to_contain_text("SF1029338447")
    await webhook(served, place.tmall, parcel("signed"))
    await expect(second.locator("#order-head")).to_contain_text("已签收")
    await expect(manager.locator("#board-counts a", has_text="已签收").first.locator("b")).to_have_text("1")
    for page in (manager, warehouse, second):
        assert await page.evaluate(STAYED), "a page was loaded again"


async def signed_in(chromium: Browser, served: ServedHub, login: str, path: str) -> Page:
    """Sign somebody in on a phone of their own, and mark the page they land on."""
    page = await (await phone(chromium, base_url=served.address)).new_page()
    page.set_default_timeout(15_000)
    await page.goto(f"/sign-in?next={path}")
    await page.fill("input[name=login]", login)
    await page.fill("input[name=password]", PASSWORD)
    await page.click("main button[type=submit], main form button")
    await page.wait_for_url(re.compile(re.escape(path)))
    await page.evaluate(f"{STAYED} = true")
    await expect(page.locator("[data-live]").first).to_be_attached()
    return page


async def press(page: Page, button: str) -> None:
    """Press a button, once the page has it; a press that got no answer is repeated by the page itself."""
    await page.get_by_role("button", name=button).first.click()


async def a_filter_is_sold_in(shop_id: int) -> None:
    product = await postgres.fetchval("insert into products (name) values ('机油滤清器') returning id")
    await postgres.execute(
        "insert into skus (code, product_id, name) values ('W712', $1, '机油滤清器 W712')", product
    )
    assert await shops.entrance(shop_id) is not None


async def webhook(served: ServedHub, shop_id: int, body: bytes) -> None:
    """Send a message as the channel does: signed, and again if the server was away."""
    entrance = await shops.entrance(shop_id)
    assert entrance is not None
    message_id = f"m-{hash(body) & 0xFFFFFFFF:x}"
    headers = signature.sign(body, message_id=message_id, at=clock.now(), keys=list(entrance.secrets)[:1])
    async with asking(served.address) as channel:
        answer = await channel.post(f"/webhooks/{shop_id}", content=body, headers=headers)
    assert answer.status_code == 202, answer.text


def order() -> bytes:
    return _message(
        placed_at=_now(),
        status="placed",
        currency="CNY",
        amounts={"goods": 5600, "discount": 0, "shipping": 0, "total": 5600},
        lines=[{"sku": "W712", "name": "机油滤清器", "quantity": 2, "unit_price": 2800, "amount": 5600}],
        receiver={"name": "王小明", "phone": "13812342046", "province": "江苏省", "address": "星湖街 1 号"},
    )


def payment() -> bytes:
    return _message(beside={"payments": [{"number": "42000026110", "amount": 5600, "at": _now()}]})


def parcel(status: str) -> bytes:
    told = {"waybill": "SF1029338447", "carrier": "顺丰", "status": status, "at": _now()}
    return _message(beside={"shipments": [told]})


def _message(*, beside: dict[str, Any] | None = None, **said: Any) -> bytes:
    order = {"number": "69334102887051", "updated_at": _now(), **said}
    return msgspec.json.encode({"order": order, **(beside or {})})


def _now() -> str:
    return datetime.now(UTC).isoformat()
