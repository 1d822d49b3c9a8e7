"""The living demo: its company, its past, its people; and that it stays on this machine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from orderhub import house as house
from orderhub.accounts import passwords
from orderhub.accounts import people as accounts
from orderhub.catalog import importing
from orderhub.catalog.gtin import fits
from orderhub.demo import buyers, carriers, clerks, dialect, history, life, loopback, people, telling
from orderhub.demo.cast import FLOOR, PLAYERS, STOREFRONTS
from orderhub.demo.chance import dice
from orderhub.demo.channels import shop_of_a_dialect, tell_the_verb
from orderhub.demo.founding import PASSWORD, NotTheDemo, fill_the_shelves, found
from orderhub.demo.hands import Hands
from orderhub.demo.loopback import NotLoopback
from orderhub.demo.people import Person, press_the_verb
from orderhub.kernel import clock, due, postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.moves import Move
from orderhub.proof.verify import verify
from tests.browsers import Browser
from tests.company import company
from tests.stories.hub import ServedHub

pytestmark = pytest.mark.usefixtures("clean")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "shop.example"])
async def test_it_is_not_shown_to_other_machines(host: str) -> None:
    with pytest.raises(NotLoopback):
        loopback.require(host)
    await company()
    await loopback.require_of_a_demo(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_it_is_shown_to_this_machine(host: str) -> None:
    loopback.require(host)


async def test_its_data_stay_on_this_machine_whoever_serves_them() -> None:
    await found()
    with pytest.raises(NotLoopback):
        await loopback.require_of_a_demo("0.0.0.0")
    await loopback.require_of_a_demo("127.0.0.1")


@pytest.fixture
async def shop(clean: str) -> None:
    """The demo's company with its goods, and no past yet."""
    dice.seed(11)
    await found()
    await fill_the_shelves()


@pytest.mark.usefixtures("shop")
async def test_two_hundred_goods_come_in_through_the_import_without_a_finding() -> None:
    (upload,) = await importing.newest()
    assert (upload.preview.errors, upload.preview.added, upload.applied_by_name) == (0, 200, "老周")
    codes = await postgres.fetch("select code, pack_quantity from barcodes")
    assert all(fits(row["code"]) for row in codes)
    assert sum(row["pack_quantity"] > 1 for row in codes) >= 12
    await fill_the_shelves()
    assert len(await importing.newest()) == 1


@pytest.mark.usefixtures("shop")
async def test_a_shop_with_words_of_its_own_is_understood_by_its_mapping() -> None:
    shop = await shop_of_a_dialect()
    assert shop is not None
    told = telling.order("800000000000000001")
    assert b"WAIT_PAY" in dialect.spoken(shop, told)
    await tell_the_verb(shop.id, told)
    await tell_the_verb(shop.id, telling.payment("800000000000000001", telling.total_of(told)))
    row = await postgres.fetchrow("select o.total_minor, s.stage from orders o join subjects s using (id)")
    assert row is not None
    assert (row["total_minor"], row["stage"]) == (telling.total_of(told), "allocated")


@pytest.mark.usefixtures("shop")
async def test_shops_sell_in_their_own_currency() -> None:
    rows = await postgres.fetch("select id, name, currency from shops order by id")
    assert [(row["name"], row["currency"]) for row in rows] == [(f.name, f.currency) for f in STOREFRONTS]
    abroad = next(row for row in rows if row["currency"] == "HKD")
    await tell_the_verb(abroad["id"], telling.order("800000000000000002", currency="HKD"))
    assert await postgres.fetchval("select currency from orders") == "HKD"


async def test_the_company_is_founded_once_and_everybody_can_sign_in() -> None:
    assert await found()
    assert not await found()
    for one in PLAYERS:
        async with Browser() as browser:
            assert (await browser.sign_in(one.login, PASSWORD)).status_code == 303


async def test_it_does_not_move_into_somebodys_real_shop() -> None:
    await company()
    with pytest.raises(NotTheDemo):
        await found()


async def test_a_new_demo_has_a_past_so_that_no_page_is_empty() -> None:
    dice.seed(11)
    await found()
    await fill_the_shelves()
    await history.remember()
    await due.sweep()
    stages = {(row["kind"], row["stage"]) for row in await postgres.fetch("select kind, stage from subjects")}
    assert {("order", "placed"), ("order", "cancelled"), ("message", "waiting")} < stages
    assert {("shipment", stage) for stage in ("allocated", "picking", "packed", "signed")} < stages
    assert await postgres.fetchval("select count(*) from visits where left_at is null and late_at < now()")
    a_day_ago = clock.now() - timedelta(days=1)
    assert await postgres.fetchval("select count(*) from visits where entered_at < $1", a_day_ago)
    assert (await verify()).findings == []


@pytest.mark.usefixtures("shop")
async def test_only_so_many_spoilt_messages_wait() -> None:
    for _ in range(30):
        await buyers.say_something_wrong(tell_the_verb)
    waiting = await postgres.fetchval("select count(*) from subjects where stage = 'waiting'")
    assert waiting == buyers._MOST_WAITING


@pytest.mark.usefixtures("shop")
async def test_the_most_urgent_cards_are_left_and_a_pile_is_worked_off_faster() -> None:
    for _ in range(60):
        await buyers.order(tell_the_verb)
        await buyers.pay(tell_the_verb)
    for _ in range(60):
        for player in FLOOR:
            await people.work(press_the_verb, player)
    rows = await postgres.fetch(
        "select warehouse_id, stage, count(*) as standing from subjects where kind = 'shipment' group by 1, 2"
    )
    left = [row["standing"] for row in rows if row["stage"] in ("allocated", "picking", "packed")]
    assert left == [people.LEFT_ALONE] * 9
    assert sum(row["standing"] for row in rows if row["stage"] == "collected") > 20


@pytest.mark.usefixtures("shop")
async def test_a_waybill_mistyped_is_unknown_to_the_carrier_until_service_sets_it_right() -> None:
    await one_collected(waybill="SF12O456789012")
    await carriers.drive(tell_the_verb)
    assert await postgres.fetchval("select stage from subjects where kind = 'shipment'") == "collected"
    await clerks.set_waybills_right(press_the_verb, stayed=timedelta())
    row = await postgres.fetchrow("select s.stage, h.waybill from shipments h join subjects s using (id)")
    assert row is not None
    assert (row["stage"], row["waybill"]) == ("in_transit", "SF120456789012")


async def one_collected(*, waybill: str) -> None:
    """One parcel that was handed to a carrier."""
    while not await postgres.fetchval("select count(*) from shipments"):
        await buyers.order(tell_the_verb)
        await buyers.pay(tell_the_verb)
    rows = await postgres.fetch("select id, warehouse_id from subjects where kind = 'shipment'")
    (person, *_) = [one for one in await floor() if one.warehouse_id == rows[0]["warehouse_id"]]
    for transition in ("pick", "pack", "collect"):
        visit = await postgres.fetchval("select visit_id from subjects where id = $1", rows[0]["id"])
        facts = {"carrier": "顺丰", "waybill": waybill} if transition == "collect" else {}
        await press_the_verb(
            person,
            [Move(subject=rows[0]["id"], transition=transition, visit=visit, key=transition, facts=facts)],
        )


async def floor() -> list[Person]:
    """Everybody who works in a warehouse."""
    return [person for player in FLOOR if (person := await people.find(player)) is not None]


def test_spoilt_messages_are_of_every_kind() -> None:
    dice.seed(13)
    assert len({telling.spoilt()[-3:] for _ in range(40)}) > 1


@asynccontextmanager
async def served(database: str, data: Path) -> AsyncIterator[ServedHub]:
    hub = ServedHub(database, data)
    await hub.start()
    try:
        yield hub
    finally:
        await hub.stop()


async def test_it_lives_through_the_doors_of_the_hub(clean: str, tmp_path: Path) -> None:
    await found()
    await fill_the_shelves()
    await history.remember()
    began = clock.now()
    wanted = {
        *("shop order placed", "shop shipment allocated", "person shipment picking"),
        *("person shipment packed", "person shipment collected", "shop shipment signed"),
    }
    async with served(clean, tmp_path) as hub, life.living(hub.address, speed=60):
        missing = await never_lived(wanted, since=began, seconds=90)
    assert missing == set()
    assert await postgres.fetchval("select count(*) from messages") > 10
    assert (await verify()).findings == []


async def test_what_nobody_listed_waits_until_operations_lists_it(clean: str, tmp_path: Path) -> None:
    await found()
    await fill_the_shelves()
    await buyers.order_what_nobody_listed(tell_the_verb)
    assert await postgres.fetchval("select count(*) from orders") == 0
    async with served(clean, tmp_path) as hub:
        hands = Hands(hub.address)
        await clerks.list_new_numbers(hands, stayed=timedelta())
        await hands.close()
    assert await postgres.fetchval("select count(*) from orders") == 1
    assert await postgres.fetchval("select count(*) from subjects where stage = 'replayed'") == 1


async def test_a_buyer_hurries_what_is_late_and_service_explains(clean: str, tmp_path: Path) -> None:
    await found()
    await fill_the_shelves()
    with clock.frozen(clock.now() - timedelta(hours=6)):
        for _ in range(15):
            await buyers.order(tell_the_verb)
            await buyers.pay(tell_the_verb)
    await due.sweep()
    async with served(clean, tmp_path) as hub:
        hands = Hands(hub.address)
        await clerks.hurry(hands)
        await clerks.explain_a_delay(hands)
        await hands.close()
    assert await postgres.fetchval("select sum(hurries) from journey_links") == 1
    assert await postgres.fetchval("select count(*) from journey_delays") == 1


async def never_lived(wanted: set[str], *, since: datetime, seconds: float) -> set[str]:
    """Wait until all of this has happened (who let what enter which stage); returns what did not."""
    lived: set[str] = set()
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not wanted <= lived:
                rows = await postgres.fetch(
                    "select distinct entered_by, kind, stage from visits where entered_at > $1", since
                )
                lived = {f"{r['entered_by'].split(':')[0]} {r['kind']} {r['stage']}" for r in rows}
                await asyncio.sleep(0.1)
    return wanted - lived


async def test_whoever_got_another_password_from_a_visitor_rests(clean: str, tmp_path: Path) -> None:
    await found()
    person = await people.find(FLOOR[0])
    assert person is not None
    async with postgres.transaction() as tx:
        changed = await passwords.digest("a visitor chose this one")
        await accounts.set_password(tx, accounts.id_of(person.actor), changed, actor=SYSTEM)
    async with served(clean, tmp_path) as hub:
        hands = Hands(hub.address)
        for _ in range(3):
            await hands.press(person, [])
        await hands.close()
    refused = "select count(*) from ledger where body::jsonb->>'action' = 'sign_in.refused'"
    assert await postgres.fetchval(refused) == 1, "one try, so that a visitor is not locked out"
