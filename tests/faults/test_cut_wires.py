"""The connection to PostgreSQL is lost in the middle of a unit of work: it is done once, or not at all, and never half."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio

from orderhub import house as house
from orderhub.accounts import shops
from orderhub.accounts.shops import Shop
from orderhub.intake import taking
from orderhub.intake.received import Received
from orderhub.intake.receiving import arrived
from orderhub.kernel import clock, postgres
from orderhub.kernel.moves import Move, move
from orderhub.proof.verify import verify
from tests.faults.wire import Fault, Wire, cut, lose_the_answer
from tests.people import acting
from tests.placed import draft, placed, shipment_of, shop
from tests.promises.channel import Channel, goods
from tests.promises.test_races import SAID
from tests.servers import elsewhere

pytestmark = pytest.mark.usefixtures("clean")

AMIN = acting(1, "warehouse", name="阿敏")


@pytest_asyncio.fixture(loop_scope="session")
async def wire(clean: str) -> AsyncIterator[Wire]:
    """What this process reaches its database over."""
    async with Wire(clean) as wire, elsewhere(wire.url, connections=2):
        yield wire


@pytest_asyncio.fixture(loop_scope="session")
async def ours(wire: Wire) -> Shop:
    """A shop that sells three things."""
    async with await Channel.of_a_new_shop(await goods()) as channel:
        entrance = await shops.entrance(channel.shop_id)
    assert entrance is not None
    return entrance.shop


def paid(to: Shop, number: int) -> Received:
    """A message that tells of an order and its payment."""
    order = SAID["order"] | {"number": f"A{number}"}  # type: ignore[operator]
    said = {"order": order, "payments": [{"number": f"P{number}", "amount": 2800}]}
    return arrived(to, outside_id=f"m{number}", body=msgspec.json.encode(said), at=clock.now())


async def each_order_is_there_once(count: int) -> None:
    """So many orders, each with its payment, its parcel and its message; and every change is recorded."""
    told = await postgres.fetch(
        """select o.channel_number, o.paid_minor, count(s.id) as parcels from orders o
           left join shipments s on s.order_id = o.id group by o.id"""
    )
    assert sorted(tuple(row) for row in told) == sorted((f"A{n}", 2800, 1) for n in range(count))
    assert await postgres.fetchval("select count(*) from messages") == count
    assert (await verify()).findings == []


async def every_step_of_taking_a_message_in(wire: Wire, ours: Shop, fault: Fault) -> None:
    """Let the fault happen at each step in turn, until taking a message in has none left."""
    for number in range(200):
        wire.at_step(number, fault)
        outcome = await taking.take(paid(ours, number))
        assert outcome.state == "applied", number
        if not wire.has_happened():
            break
    assert 10 < number < 199
    await each_order_is_there_once(number + 1)


@pytest.mark.faults
async def test_a_session_ended_at_any_step_costs_no_message(wire: Wire, ours: Shop) -> None:
    await every_step_of_taking_a_message_in(wire, ours, wire.terminate)


@pytest.mark.faults
@pytest.mark.parametrize("fault", [cut, lose_the_answer])
async def test_a_connection_cut_at_any_step_costs_no_message(wire: Wire, ours: Shop, fault: Fault) -> None:
    await every_step_of_taking_a_message_in(wire, ours, fault)


async def test_a_message_whose_commit_was_not_answered_is_acknowledged_once(wire: Wire, ours: Shop) -> None:
    one = paid(ours, 0)
    wire.at_commit(lose_the_answer)
    outcome = await taking.take(one)
    assert wire.has_happened()
    assert (outcome.state, outcome.message) == ("applied", one.id), "its first verdict, found by its key"
    assert await taking.take(paid(ours, 0)) == outcome, (
        "and the sender, who was cut off as well, hears it too"
    )
    await each_order_is_there_once(1)


async def test_a_commit_that_fails_is_nobody_elses(
    wire: Wire, ours: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    """What one order breaks shows only at COMMIT: its message is kept with a reason, the others of its batch hold."""
    await postgres.ddl(
        """create function refuse_the_fourth() returns trigger language plpgsql as $$ begin
               if new.channel_number = 'A3' then raise 'broken'; end if; return null; end $$;
           create constraint trigger refuse_the_fourth after insert on orders deferrable initially deferred
               for each row execute function refuse_the_fourth()"""
    )
    try:
        outcomes = await asyncio.gather(*(taking.take(paid(ours, n)) for n in range(8)))
        again = await taking.take(paid(ours, 3))
    finally:
        await postgres.ddl("drop function refuse_the_fourth() cascade")
    assert [outcome.state for outcome in outcomes] == ["applied"] * 3 + ["waiting"] + ["applied"] * 4
    assert again == outcomes[3]
    assert await postgres.fetchval("select count(*) from orders") == 7
    assert "failed its batch" in caplog.text
    assert (await verify()).findings == []


async def test_a_button_pressed_while_its_session_ends_is_one_move(wire: Wire) -> None:
    place = await shop()
    parcels = [await shipment_of(one) for one in await placed([draft(place, f"T{n}") for n in range(40)])]
    for number, parcel in enumerate(parcels):
        wire.at_step(number // 2, (wire.terminate, lose_the_answer)[number % 2])
        (verdict,) = await move([Move(subject=parcel, transition="pick", key=f"k{number}")], actor=AMIN)
        assert verdict.stage == "picking", "its first verdict, found by its key"
        if not wire.has_happened():
            break
    assert 10 < number < 39
    picks = await postgres.fetch(
        """select count(*) as picks from ledger where body::jsonb ->> 'action' = 'move.pick' group by stream"""
    )
    assert [row["picks"] for row in picks] == [1] * (number + 1)
    assert (await verify()).findings == []
