"""A person's correction against what the channel goes on saying: the same order in whichever order messages come."""

from datetime import timedelta
from itertools import permutations
from uuid import UUID

import pytest

from orderhub.accounts.shops import Shop
from orderhub.kernel import clock, postgres
from orderhub.orders import receivers
from orderhub.orders.correcting import ReceiverWords, Wish, correct
from orderhub.proof.verify import verify
from tests.emptying import empty
from tests.intake.test_receiving import NOON, ORDER, our_shop, partial, send, told
from tests.people import acting

pytestmark = pytest.mark.usefixtures("clean")

HE = acting(2, "service", name="小禾")


def living_at(address: str) -> dict[str, object]:
    return {"receiver": ORDER["receiver"] | {"address": address}}


async def corrected_to(address: str, *, minute: int) -> None:
    order = await postgres.fetchval("select id from orders")
    with clock.frozen(NOON + timedelta(minutes=minute)):
        (verdict,) = await correct([Wish(order_id=order, receiver=ReceiverWords(address=address))], actor=HE)
    assert verdict.refused is None


async def address() -> str:
    order_id: UUID = await postgres.fetchval("select id from orders")
    async with postgres.transaction() as tx:
        return (await receivers.unseal(tx, [order_id]))[order_id].address


async def test_a_payment_after_a_correction_leaves_it_alone() -> None:
    to = await our_shop()
    await send(to, told(0))
    await corrected_to("改后街 1 号", minute=10)
    await send(to, partial(20, payments=[{"number": "P1", "amount": 5600}]), first=5)
    assert await address() == "改后街 1 号"


async def test_the_whole_order_told_again_with_the_old_address_leaves_a_correction_alone() -> None:
    to = await our_shop()
    await send(to, told(0))
    await corrected_to("改后街 1 号", minute=10)
    await send(to, told(20, status="paid"), first=5)
    assert await address() == "改后街 1 号"


async def test_an_address_older_than_the_correction_comes_too_late() -> None:
    to = await our_shop()
    await send(to, told(0))
    await corrected_to("改后街 1 号", minute=10)
    await send(to, told(5, **living_at("先前街 2 号")), first=5)
    assert await address() == "改后街 1 号"


async def test_an_address_the_buyer_gave_the_channel_after_the_correction_counts_and_is_on_record() -> None:
    to = await our_shop()
    await send(to, told(0))
    await corrected_to("改后街 1 号", minute=10)
    await send(to, told(20, **living_at("新搬街 3 号")), first=5)
    assert await address() == "新搬街 3 号"
    bodies = await postgres.fetch("select body from ledger where body like '%receiver.address%' order by seq")
    assert ["order.revised" in row["body"] for row in bodies] == [False, False, True]
    assert (await verify()).findings == []


async def test_a_second_correction_holds_against_what_was_said_before_it() -> None:
    to = await our_shop()
    await send(to, told(0))
    await corrected_to("改后街 1 号", minute=10)
    await send(to, told(20, **living_at("新搬街 3 号")), first=5)
    await corrected_to("再改街 4 号", minute=30)
    await send(to, told(40, **living_at("新搬街 3 号")), first=9)
    assert await address() == "再改街 4 号"


async def test_a_corrected_remark_holds_while_the_receiver_goes_on_following_the_channel() -> None:
    to = await our_shop()
    await send(to, told(0, remark="放门卫"))
    order = await postgres.fetchval("select id from orders")
    with clock.frozen(NOON + timedelta(minutes=10)):
        await correct([Wish(order_id=order, remark="打电话")], actor=HE)
    await send(to, told(20, remark="放门卫", **living_at("新搬街 3 号")), first=5)
    assert await address() == "新搬街 3 号"
    assert await postgres.fetchval("select remark from orders") == "打电话"


async def test_messages_in_any_order_around_a_correction_end_in_the_same_order() -> None:
    said = [
        told(5, **living_at("先前街 2 号")),
        told(20, **living_at("先前街 2 号")),
        told(25, **living_at("星湖街 1 号")),
        partial(22, payments=[{"number": "P1", "amount": 5600}]),
    ]
    for several in (said[:2], said[:3], said):
        ends = set()
        for order in permutations(several):
            await empty()
            to = await our_shop()
            await send(to, told(0))
            await corrected_to("改后街 1 号", minute=10)
            await _one_by_one(to, order)
            ends.add(await address())
        assert len(ends) == 1, ends


async def _one_by_one(to: Shop, bodies: tuple[bytes, ...]) -> None:
    for number, body in enumerate(bodies):
        await send(to, body, first=10 + number)
