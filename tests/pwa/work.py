"""A picker before the task wall, with orders to pick."""

from playwright.async_api import Page

from orderhub.accounts import people
from orderhub.kernel import postgres
from tests.company import Company
from tests.placed import draft, placed
from tests.pwa.phones import Phone

STAYS = "window.stays === true"


async def at_work(place: Company, phone: Phone, *numbers: str) -> Page:
    """Let the picker stand before the wall with these orders, and mark the page."""
    sku_id = await postgres.fetchval(
        """with product as (insert into products (name) values ('机油滤清器') returning id)
           insert into skus (code, product_id, name) select 'W712', id, '机油滤清器 W712' from product returning id"""
    )
    await placed([draft((place.tmall, place.suzhou, sku_id), number) for number in numbers])
    await phone.belongs_to(people.id_of(place.min))
    await phone.opens("/wall")
    await phone.page.evaluate("window.stays = true")
    return phone.page


async def start_picking(page: Page, card: int = 0) -> None:
    task = page.locator(".task").nth(card)
    if await task.get_attribute("open") is None:
        await task.locator("summary").click()
    await task.get_by_role("button", name="开始拣货").click(no_wait_after=True)
