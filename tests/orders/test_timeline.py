"""The timeline of an order that went through everything: each act and field in words, nothing of the buyer in clear."""

from uuid import UUID

import msgspec
import pytest

from orderhub.kernel import postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.moves import Move, finish, move
from orderhub.kernel.work import Work
from orderhub.orders import contents
from orderhub.orders.correcting import ReceiverWords, Wish, correct
from orderhub.orders.drafts import LineDraft, Revision
from orderhub.orders.timeline import Timeline, timeline
from orderhub.proof.erasure import erase
from orderhub.rendering.catalogue import entries
from tests.people import acting
from tests.placed import draft, placed, shipment_of, shop

pytestmark = pytest.mark.usefixtures("clean")

CHEN = acting(1, "manager", name="陈姐")


async def told(order: UUID) -> Timeline:
    async with postgres.transaction(snapshot=True) as tx:
        return await timeline(tx, order, currency="CNY")


async def an_eventful_order() -> UUID:
    wanted = msgspec.structs.replace(draft(await shop()), remark="打13812342046")
    (order,) = await placed([wanted])
    await _revised(order, wanted.lines[0])
    await correct([Wish(order_id=order, receiver=ReceiverWords(name="李四"), remark="放门卫")], actor=CHEN)
    for transition in ("pick", "pack", "collect", "depart", "deliver", "sign"):
        facts = {"waybill": "SF1", "carrier": "SF"} if transition == "collect" else {}
        wish = Move(subject=await shipment_of(order), transition=transition, facts=facts)
        (verdict,) = await move([wish], actor=CHEN if transition in ("pick", "pack") else SYSTEM)
        assert verdict.refused is None, verdict
    await move([Move(subject=order, transition="close")], actor=SYSTEM)
    await erase([order], actor=SYSTEM, why="asked for")
    return order


async def _revised(order: UUID, line: LineDraft) -> None:
    half = msgspec.structs.replace(line, name="机油滤清器 W712 新", quantity=1, pieces=1, amount_minor=5600)
    async with postgres.transaction() as tx:
        work = await Work.begin(tx, SYSTEM, [order], with_children_of=[order])
        await contents.revise(work, [Revision(order_id=order, lines=(half,), remark="打13900001111")])
        await finish(work)


async def test_each_act_names_the_request_that_made_it_also_what_followed_by_itself() -> None:
    (order,) = await placed([draft(await shop())])
    boss = msgspec.structs.replace(CHEN, request_id="abc-1")
    for transition in ("pick", "pack"):
        await move([Move(subject=await shipment_of(order), transition=transition)], actor=boss)
    asked = [(act.action, act.request) for act in (await told(order)).acts]
    assert sorted(asked[:2]) == [("move.pack", "abc-1"), ("rolled_up", "abc-1")]
    assert ("opened", None) in asked


async def test_every_act_and_every_field_has_a_word() -> None:
    found = await told(await an_eventful_order())
    acts = {act.action for act in found.acts}
    assert {
        *("opened", "money.booked", "rolled_up", "order.revised", "shipment.relined", "order.corrected"),
        *("move.pay", "move.collect", "move.sign", "move.close", "erased"),
    } <= acts
    words = {act.word for act in found.acts}
    words |= {f"field.{changed.field}" for act in found.acts for changed in act.changes}
    words |= {f"role.{act.role}" for act in found.acts}
    assert words <= entries().keys(), words - entries().keys()


async def test_of_the_buyer_only_the_change_is_told() -> None:
    found = await told(await an_eventful_order())
    changes = [changed for act in found.acts for changed in act.changes]
    personal = [one for one in changes if one.field == "remark" or one.field.startswith("receiver.")]
    assert {one.form for one in personal if one.field != "receiver.scheme" and one.after != ""} == {"hidden"}
    shown = " ".join(f"{one.before} {one.after}" for one in changes)
    for secret in ("王小明", "李四", "13812342046", "13900001111", "星湖街"):
        assert secret not in shown


async def test_the_newest_act_comes_first_and_names_who_did_it() -> None:
    order = await an_eventful_order()
    found = await told(order)
    assert [act.at for act in found.acts] == sorted((act.at for act in found.acts), reverse=True)
    (corrected,) = [act for act in found.acts if act.action == "order.corrected"]
    assert (corrected.who, corrected.role, corrected.about) == ("陈姐", "manager", "")
    (packed,) = [act for act in found.acts if act.action == "move.pack"]
    assert packed.about.startswith("OH-")
