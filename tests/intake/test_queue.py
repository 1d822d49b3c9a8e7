"""The queue as people see it: page by page, each message once."""

import pytest

from orderhub.intake import queue
from orderhub.kernel import postgres
from orderhub.kernel.errors import BadInput
from orderhub.kernel.views import Scope
from tests.intake.test_receiving import our_shop, send

pytestmark = pytest.mark.usefixtures("clean")

EVERYWHERE = Scope(None, None)


async def test_a_long_queue_is_read_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    sent = await send(await our_shop(), *[b"{broken"] * 5)
    async with postgres.transaction() as tx:
        pages = [await queue.queue(tx, EVERYWHERE, state="waiting")]
        while after := pages[-1].after:
            pages.append(await queue.queue(tx, EVERYWHERE, state="waiting", after=after))
    assert [len(page.rows) for page in pages] == [2, 2, 1]
    assert {kept.id for page in pages for kept in page.rows} == {outcome.message for outcome in sent}


async def test_a_cursor_of_another_list_is_refused() -> None:
    async with postgres.transaction() as tx:
        with pytest.raises(BadInput):
            await queue.queue(tx, EVERYWHERE, state="waiting", after="42")
