"""The desk corrects receivers and remarks; the ledger knows who, and nobody reads a name in it."""

from uuid import UUID

import msgspec
import pytest

from orderhub.kernel import postgres
from orderhub.kernel.actors import SYSTEM, Actor
from orderhub.kernel.moves import Move, Verdict, move
from orderhub.orders import receivers
from orderhub.orders.correcting import ReceiverWords, Wish, correct
from orderhub.orders.masking import Receiver
from orderhub.proof.erasure import erase
from orderhub.proof.verify import verify
from tests.people import acting
from tests.placed import WANG, draft, placed, shipment_of, shop

pytestmark = pytest.mark.usefixtures("clean")

HE = acting(2, "service", name="小禾")


async def corrected(wish: Wish, *, actor: Actor = HE) -> Verdict:
    (verdict,) = await correct([wish], actor=actor)
    return verdict


async def person_of(order_id: UUID) -> Receiver:
    async with postgres.transaction() as tx:
        return (await receivers.unseal(tx, [order_id]))[order_id]


async def test_what_is_left_out_of_a_correction_stays() -> None:
    (order,) = await placed([draft(await shop())])
    wish = Wish(order_id=order, receiver=ReceiverWords(phone="13900001111", district="虎丘区"))
    assert (await corrected(wish)).refused is None
    person = await person_of(order)
    assert person == msgspec.structs.replace(WANG, phone="13900001111", district="虎丘区")


async def test_a_corrected_order_is_found_by_its_new_phone_and_shown_masked() -> None:
    (order,) = await placed([draft(await shop())])
    before = await postgres.fetchval("select phone_digest from receivers")
    await corrected(Wish(order_id=order, receiver=ReceiverWords(phone="13900001111")))
    row = await postgres.fetchrow("select masked_phone, phone_digest from receivers")
    assert row is not None
    assert row["masked_phone"] == "139****1111"
    assert row["phone_digest"] != before


async def test_the_ledger_tells_who_corrected_what_and_holds_no_name() -> None:
    (order,) = await placed([draft(await shop())])
    await corrected(
        Wish(order_id=order, receiver=ReceiverWords(name="李四"), remark="放门卫", why="客户来电")
    )
    body = await postgres.fetchval("select body from ledger where body like '%order.corrected%'")
    assert "小禾" in body
    assert "客户来电" in body
    assert "receiver.name" in body
    assert "李四" not in body
    assert "放门卫" not in body
    assert (await verify()).findings == []


async def test_a_correction_that_changes_nothing_leaves_no_trace() -> None:
    (order,) = await placed([draft(await shop())])
    before = await postgres.fetchval("select count(*) from ledger")
    await corrected(Wish(order_id=order, receiver=ReceiverWords(name="王小明"), remark=""))
    assert await postgres.fetchval("select count(*) from ledger") == before
    assert await postgres.fetchval("select count(*) from order_corrections") == 0


async def test_a_correction_under_one_key_is_made_once() -> None:
    (order,) = await placed([draft(await shop())])
    wish = Wish(order_id=order, remark="放门卫", key="k1")
    assert await corrected(wish) == await corrected(wish)
    other = await corrected(Wish(order_id=order, remark="别放门卫", key="k1"))
    assert other.refused == "key_reused"
    assert await postgres.fetchval("select remark from orders") == "放门卫"
    assert await postgres.fetchval("select count(*) from ledger where body like '%order.corrected%'") == 1


async def test_two_corrections_of_one_order_in_a_batch_follow_one_another() -> None:
    (order,) = await placed([draft(await shop())])
    wishes = [
        Wish(order_id=order, receiver=ReceiverWords(name="李四")),
        Wish(order_id=order, receiver=ReceiverWords(phone="13900001111")),
    ]
    assert [verdict.refused for verdict in await correct(wishes, actor=HE)] == [None, None]
    person = await person_of(order)
    assert (person.name, person.phone) == ("李四", "13900001111")


@pytest.mark.parametrize("role", ["warehouse", "sales", "finance"])
async def test_only_the_desk_corrects(role: str) -> None:
    (order,) = await placed([draft(await shop())])
    verdict = await corrected(Wish(order_id=order, remark="x"), actor=acting(3, role))
    assert verdict.refused == "not_allowed"


async def test_an_order_of_another_shop_is_not_found() -> None:
    (order,) = await placed([draft(await shop())])
    verdict = await corrected(Wish(order_id=order, remark="x"), actor=acting(2, "service", shops=[999_999]))
    assert verdict.refused == "not_found"


async def test_a_parcel_that_left_cannot_be_sent_to_somebody_else() -> None:
    (order,) = await placed([draft(await shop())])
    out = Move(subject=await shipment_of(order), transition="collect", facts={"waybill": "SF1"})
    await move([out], actor=SYSTEM)
    assert (
        await corrected(Wish(order_id=order, receiver=ReceiverWords(name="李四")))
    ).refused == "parcels_left"
    assert (await corrected(Wish(order_id=order, remark="退回后再发"))).refused is None


async def test_nothing_of_a_cancelled_order_is_corrected() -> None:
    (order,) = await placed([draft(await shop())])
    await move([Move(subject=order, transition="cancel")], actor=SYSTEM)
    assert (await corrected(Wish(order_id=order, remark="x"))).refused == "order_over"


async def test_a_platforms_sealed_receiver_is_replaced_whole() -> None:
    sealed = Receiver(scheme="taobao.oaid", token="T0KEN", name="王**", phone="*******2046")
    (order,) = await placed([msgspec.structs.replace(draft(await shop()), receiver=sealed)])
    half = await corrected(Wish(order_id=order, receiver=ReceiverWords(name="李四")))
    assert (half.refused, half.data) == ("incomplete_receiver", {"missing": "phone, address"})
    whole = ReceiverWords(name="李四", phone="13900001111", address="文一西路969号")
    assert (await corrected(Wish(order_id=order, receiver=whole))).refused is None
    person = await person_of(order)
    assert (person.scheme, person.token, person.name) == ("clear", None, "李四")


async def test_an_erased_buyer_is_not_written_back_and_a_correction_is_erased_too() -> None:
    (order,) = await placed([draft(await shop())])
    await corrected(Wish(order_id=order, receiver=ReceiverWords(name="李四")))
    await erase([order], actor=SYSTEM, why="asked for")
    assert await postgres.fetchval("select count(*) from order_corrections") == 0
    again = await corrected(Wish(order_id=order, receiver=ReceiverWords(name="李四")))
    assert again.refused == "person_erased"
    assert (await verify()).findings == []
