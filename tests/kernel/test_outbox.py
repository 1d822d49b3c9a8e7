"""Letters are written with the move they tell of, and find who delivers them by their destination."""

from uuid import uuid4

import pytest

from orderhub.kernel import outbox, postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.outbox import Delivery
from orderhub.kernel.work import Work
from tests.kernel.crates import crates, send


async def test_a_handler_is_found_by_the_scheme_of_the_destination() -> None:
    scheme = f"test-{uuid4()}"

    @outbox.handles(scheme)
    async def deliver(delivery: Delivery) -> None:
        """Take everything."""

    assert outbox.handler(f"{scheme}:12") is deliver
    assert outbox.handler("nobody:12") is None


@pytest.mark.usefixtures("clean")
async def test_a_letter_exists_only_if_its_move_is_committed() -> None:
    (crate,) = await crates()
    with pytest.raises(ConnectionError):
        async with postgres.transaction() as tx:
            work = await Work.begin(tx, SYSTEM, [crate])
            work.send(work.subject(crate), destination="test:door", topic="crate.told", body={})
            work.touch(work.subject(crate))
            await work.flush()
            raise ConnectionError("the last step failed")
    assert await postgres.fetchval("select count(*) from outbox") == 0
    await send(crate, {"n": 1}, {"n": 2})
    rows = await postgres.fetch("select body from outbox order by seq")
    assert [row["body"]["n"] for row in rows] == [1, 2]
