"""The wall: what a role must do now, over HTTP."""

import pytest

from tests.browsers import Browser
from tests.intake.test_receiving import our_shop, send
from tests.people import hire

pytestmark = pytest.mark.usefixtures("clean")


async def test_a_message_that_waits_is_a_card_of_operations_that_leads_to_the_messages() -> None:
    await send(await our_shop(), b"{broken")
    person = await hire("zhou", "operations")
    async with Browser() as browser:
        await browser.arrive(person)
        page = await browser.get("/wall?role=operations")
    assert 'class="task"' in page.text
    assert 'href="/messages"' in page.text


@pytest.mark.parametrize(
    ("role", "said"), [("warehouse", "New tasks show here at once"), ("finance", "has no tasks of its own")]
)
async def test_an_empty_wall_promises_tasks_only_to_a_role_that_has_some(role: str, said: str) -> None:
    person = await hire("qian", role)
    async with Browser() as browser:
        await browser.arrive(person)
        page = await browser.get("/wall")
    assert said in page.text
