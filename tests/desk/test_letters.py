"""The page of dead letters, over HTTP: who reads it, what it says, and what the button does."""

from uuid import UUID

import pytest

from orderhub.kernel import postgres
from tests.browsers import Browser
from tests.letters import dead_letter
from tests.people import hire
from tests.placed import draft, placed, shop

pytestmark = pytest.mark.usefixtures("clean")


async def order() -> tuple[UUID, str]:
    """An order, and its number."""
    (order_id,) = await placed([draft(await shop())])
    return order_id, await postgres.fetchval("select number from orders where id = $1", order_id)


async def test_it_names_order_shop_and_reason_in_the_language_of_whoever_reads() -> None:
    order_id, number = await order()
    await dead_letter(order_id, error="answered: 410", behind=2)
    async with Browser() as browser:
        await browser.arrive(await hire("zhou", "operations"))
        english = (await browser.get("/dead-letters")).text
        chinese = (await browser.get("/dead-letters?lang=zh-CN")).text
    assert f'href="/orders/{number}"' in english
    for said in ("1 letter was not delivered", "The shop's system answered 410", "2 later ones"):
        assert said.replace("'", "&#39;") in english
    for said in ("1 条通知没送到", "对方系统回 410", "还有 2 条"):
        assert said in chinese


async def test_the_button_has_it_tried_again_and_the_list_is_empty() -> None:
    order_id, _ = await order()
    letter = await dead_letter(order_id)
    async with Browser() as browser:
        await browser.arrive(await hire("zhou", "operations"))
        page = (await browser.get("/dead-letters")).text
        assert f'hx-post="/dead-letters/{letter}/replays"' in page
        headers = {"x-csrftoken": await browser.form_token()}
        answer = await browser.post(f"/dead-letters/{letter}/replays", headers=headers)
        rest = (await browser.get("/dead-letters")).text
    assert answer.status_code == 204
    assert "Everything was delivered" in rest
    assert await postgres.fetchval(
        "select dead_at is null and attempts = 0 from outbox where id = $1", letter
    )


@pytest.mark.parametrize("role", ["warehouse", "service", "sales", "finance"])
async def test_who_mends_nothing_does_not_read_it(role: str) -> None:
    async with Browser() as browser:
        await browser.arrive(await hire("somebody", role))
        assert (await browser.get("/dead-letters")).status_code == 403
