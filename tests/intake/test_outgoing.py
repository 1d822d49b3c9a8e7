"""A shop is told of every parcel that left the house, signed, in order, and as long as it takes."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
import pytest
import pytest_asyncio

from orderhub.accounts import shop_secrets
from orderhub.delivery.reports import Report, report
from orderhub.desk.letters import dead_letters
from orderhub.intake import outgoing
from orderhub.intake.callbacks.calling import HttpCaller
from orderhub.intake.callbacks.contract import MemoryCaller, NullCaller
from orderhub.intake.generic import signature
from orderhub.kernel import clock, postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.moves import Move, finish, move
from orderhub.kernel.outbox import DeliveryFailed
from orderhub.kernel.views import Scope
from orderhub.kernel.work import Work
from orderhub.rendering.catalogue import Said
from orderhub.worker.courier import Courier
from tests.intake.receiver import Receiver, receiving, status
from tests.kernel.crates import after
from tests.people import acting
from tests.placed import draft, placed, shipment_of, shop
from tests.worker.waiting import until

pytestmark = pytest.mark.usefixtures("clean")

LAOZHOU = acting(1, "operations", name="老周")


@pytest_asyncio.fixture(loop_scope="session")
async def theirs() -> AsyncIterator[Receiver]:
    """The system of a shop, at a port of this machine that may be called."""
    async with receiving() as receiver:
        outgoing.use(HttpCaller(["127.0.0.1"]))
        yield receiver
        outgoing.use(HttpCaller())


@pytest_asyncio.fixture(loop_scope="session")
async def post() -> AsyncIterator[Courier]:
    man = Courier(lambda: None)
    yield man
    await man.stop(patience_seconds=5)


async def shop_called_at(url: str | None, name: str = "旗舰店") -> tuple[int, int, int]:
    place = await shop(name)
    await postgres.execute("update shops set callback_url = $2 where id = $1", place[0], url)
    async with postgres.transaction() as tx:
        await shop_secrets.add(tx, place[0])
    return place


async def parcel(place: tuple[int, int, int], number: str = "69334102887051") -> UUID:
    (order,) = await placed([draft(place, number)])
    return await shipment_of(order)


async def goes(parcel_id: UUID, transition: str = "collect", **facts: Any) -> None:
    wish = Move(subject=parcel_id, transition=transition, facts=facts)
    (verdict,) = await move([wish], actor=SYSTEM)
    assert verdict.refused is None, verdict


async def letters() -> list[dict[str, Any]]:
    return [row["body"] for row in await postgres.fetch("select body from outbox order by seq")]


async def sent(count: int) -> bool:
    found: int = await postgres.fetchval("select count(*) from outbox where sent_at is not null")
    return found == count


async def test_a_collected_parcel_is_told_to_its_shop_signed(theirs: Receiver, post: Courier) -> None:
    place = await shop_called_at(theirs.address)
    await goes(await parcel(place), waybill="SF1", carrier="SF")
    await post.turn()
    await until(lambda: sent(1))
    (came,) = theirs.came
    keys = await shop_secrets.live(place[0])
    signed = signature.verify(came.headers, came.body, keys=keys[:1], now=clock.now())
    row = await postgres.fetchrow("select id, created_at from outbox")
    assert row is not None
    assert signed.message_id == str(row["id"])
    told = msgspec.json.decode(came.body)
    assert (told["type"], told["data"]["order"], told["data"]["waybill"], told["data"]["carrier"]) == (
        "shipment.collected",
        "69334102887051",
        "SF1",
        "SF",
    )
    assert told["data"]["shipment"] == await postgres.fetchval("select number from shipments")
    assert "王小明" not in came.body.decode()


async def test_a_waybill_that_an_old_report_names_is_told_too() -> None:
    parcel_id = await parcel(await shop_called_at("http://127.0.0.1:9"))
    await goes(parcel_id, "sign")
    async with postgres.transaction() as tx:
        work = await Work.begin(tx, SYSTEM, [parcel_id])
        old = Report(shipment_id=parcel_id, status="collected", at=clock.now(), waybill="SF1", carrier="SF")
        assert await report(work, [old]) == []
        await finish(work)
    assert [letter["waybill"] for letter in await letters()] == ["SF1"]


async def test_during_a_change_of_secrets_either_one_fits(theirs: Receiver, post: Courier) -> None:
    place = await shop_called_at(theirs.address)
    async with postgres.transaction() as tx:
        await shop_secrets.add(tx, place[0])
    await goes(await parcel(place), waybill="SF1")
    await post.turn()
    await until(lambda: sent(1))
    for key in await shop_secrets.live(place[0]):
        signature.verify(theirs.came[0].headers, theirs.came[0].body, keys=[key], now=clock.now())


async def test_a_shop_without_an_address_is_not_told() -> None:
    await goes(await parcel(await shop_called_at(None)), waybill="SF1")
    assert await letters() == []


async def test_a_parcel_first_heard_of_on_its_way_is_told_once() -> None:
    place = await shop_called_at("https://shop.example/hook")
    parcel_id = await parcel(place)
    await goes(parcel_id, "depart", waybill="SF1")
    await goes(parcel_id, "sign")
    assert [letter["waybill"] for letter in await letters()] == ["SF1"]


async def test_a_waybill_that_comes_later_or_changes_is_told_then() -> None:
    parcel_id = await parcel(await shop_called_at("https://shop.example/hook"))
    await goes(parcel_id)
    assert await letters() == []
    await goes(parcel_id, "depart", waybill="SF1")
    await goes(parcel_id, "deliver", waybill="SF2")
    assert [letter["waybill"] for letter in await letters()] == ["SF1", "SF2"]


async def test_a_refused_hand_over_tells_nobody() -> None:
    parcel_id = await parcel(await shop_called_at("https://shop.example/hook"))
    wish = Move(subject=parcel_id, transition="collect", facts={"waybill": "SF1"})
    (verdict,) = await move([wish], actor=acting(3, "sales"))
    assert (verdict.refused, await letters()) == ("not_allowed", [])


async def test_what_failed_comes_again_and_the_id_stays_the_same(theirs: Receiver, post: Courier) -> None:
    theirs.answers = [status(500), status(204)]
    await goes(await parcel(await shop_called_at(theirs.address)), waybill="SF1")
    await post.turn()
    await until(lambda: postgres.fetchval("select error is not null from outbox"))
    assert await postgres.fetchval("select error from outbox") == "answered: 500"
    with after(5):
        await post.turn()
    await until(lambda: sent(1))
    assert len({came.headers["webhook-id"] for came in theirs.came}) == 1
    assert len(theirs.came) == 2


async def test_the_letters_of_one_parcel_arrive_in_order_although_the_first_one_failed(
    theirs: Receiver, post: Courier
) -> None:
    theirs.answers = [status(503), status(204)]
    parcel_id = await parcel(await shop_called_at(theirs.address))
    await goes(parcel_id, waybill="SF1")
    await goes(parcel_id, "depart", waybill="SF2")
    await post.turn()
    await until(lambda: postgres.fetchval("select bool_or(error is not null) from outbox"))
    for arrived in (1, 2):
        with after(10 * arrived):
            await post.turn()
        await until(partial(sent, arrived))
    waybills = [msgspec.json.decode(came.body)["data"]["waybill"] for came in theirs.came]
    assert waybills == ["SF1", "SF1", "SF2"]


async def test_a_shop_that_is_gone_for_good_gets_no_more_until_a_person_says_so(
    theirs: Receiver, post: Courier
) -> None:
    theirs.answers = [status(410), status(204)]
    place = await shop_called_at(theirs.address)
    await goes(await parcel(place), waybill="SF1")
    await post.turn()
    await until(lambda: postgres.fetchval("select dead_at is not null from outbox"))
    async with postgres.transaction() as tx:
        (dead,) = (await dead_letters.dead_letters(tx, Scope(frozenset([place[0]]), None))).rows
    assert dead.why == Said("dead_letters.why.answered", {"got": "410"})
    assert await dead_letters.replay([dead.id], actor=LAOZHOU) == 1
    await post.turn()
    await until(lambda: sent(1))


async def test_a_shop_that_does_not_answer_keeps_no_other_shop_waiting(
    theirs: Receiver, post: Courier
) -> None:
    silent = await shop_called_at(theirs.address, "silent")
    async with receiving() as well:
        place = await shop_called_at(well.address, "well")
        theirs.silent.clear()
        for number in range(6):
            await goes(await parcel(silent, f"S{number}"), waybill=f"SF-S{number}")
        await goes(await parcel(place), waybill="SF1")
        for _ in range(2):
            await post.turn()
        await until(lambda: sent(1))
        assert len(well.came) == 1
        theirs.silent.set()


async def test_an_address_in_our_own_network_is_a_dead_letter_at_once(post: Courier) -> None:
    await goes(await parcel(await shop_called_at("http://127.0.0.1:1/hook")), waybill="SF1")
    await post.turn()
    await until(lambda: postgres.fetchval("select dead_at is not null from outbox"))
    assert "127.0.0.1" not in await postgres.fetchval("select error from outbox")


async def test_a_shop_that_lost_its_address_or_ended_meanwhile_is_not_called(post: Courier) -> None:
    place = await shop_called_at("https://shop.example/hook")
    await goes(await parcel(place), waybill="SF1")
    await postgres.execute("update shops set callback_url = null where id = $1", place[0])
    await post.turn()
    await until(lambda: postgres.fetchval("select dead_at is not null from outbox"))
    assert await postgres.fetchval("select error from outbox") == "no_address"


async def test_the_twins_tell_nobody_and_one_of_them_remembers(post: Courier) -> None:
    place = await shop_called_at("https://shop.example/hook")
    memory = MemoryCaller(DeliveryFailed("busy", permanent=False))
    try:
        outgoing.use(NullCaller())
        await goes(await parcel(place, "A"), waybill="SF1")
        await post.turn()
        await until(lambda: sent(1))
        outgoing.use(memory)
        await goes(await parcel(place, "B"), waybill="SF2")
        await post.turn()
        await until(lambda: postgres.fetchval("select bool_or(error = 'busy') from outbox"))
        with after(5):
            await post.turn()
        await until(lambda: sent(2))
    finally:
        outgoing.use(HttpCaller())
    assert [call.url for call in memory.calls] == ["https://shop.example/hook"]
