"""The living demo: its company, its past, its people; and that it stays on this machine."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from orderhub import house as house
from orderhub.accounts import passwords
from orderhub.accounts import people as accounts
from orderhub.catalog.gtin import fits
from orderhub.demo import buyers, goods, history, life, loopback, people, telling
from orderhub.demo.founding import PASSWORD, SIGN_INS, NotTheDemo, found
from orderhub.demo.hands import Hands
from orderhub.demo.loopback import NotLoopback
from orderhub.demo.people import Person
from orderhub.kernel import clock, due, postgres
from orderhub.kernel.actors import SYSTEM
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


def test_every_barcode_is_a_right_one() -> None:
    codes = [barcode.code for entry in goods.entries() for barcode in entry.barcodes]
    assert len(codes) == len(set(codes)) == len(goods.GOODS)
    assert all(fits(code) for code in codes)


async def test_the_company_is_founded_once_and_everybody_can_sign_in() -> None:
    assert await found()
    assert not await found()
    for one in SIGN_INS:
        async with Browser() as browser:
            assert (await browser.sign_in(one.login, PASSWORD)).status_code == 303


async def test_it_does_not_move_into_somebodys_real_shop() -> None:
    await company()
    with pytest.raises(NotTheDemo):
        await found()


async def test_a_new_demo_has_a_past_so_that_no_page_is_empty() -> None:
    random.seed(11)
    await found()
    await history.remember()
    await due.sweep()
    stages = {(row["kind"], row["stage"]) for row in await postgres.fetch("select kind, stage from subjects")}
    assert {("order", "placed"), ("order", "cancelled"), ("message", "waiting")} < stages
    assert {("shipment", stage) for stage in ("allocated", "picking", "packed", "signed")} < stages
    assert await postgres.fetchval("select count(*) from visits where left_at is null and late_at < now()")
    a_day_ago = clock.now() - timedelta(days=1)
    assert await postgres.fetchval("select count(*) from visits where entered_at < $1", a_day_ago)
    assert (await verify()).findings == []


async def test_only_so_many_spoilt_messages_wait() -> None:
    await found()
    for _ in range(30):
        await buyers.say_something_wrong(history._tell)
    waiting = await postgres.fetchval("select count(*) from subjects where stage = 'waiting'")
    assert waiting == buyers._MOST_WAITING


async def test_the_most_urgent_cards_are_left_and_a_pile_is_worked_off_faster() -> None:
    await found()
    for _ in range(60):
        await buyers.order(history._tell)
        await buyers.pay(history._tell)
    for _ in range(60):
        await people.pick(history._press)
    rows = await postgres.fetch(
        """select warehouse_id, count(*) filter (where stage = 'allocated') as left, count(*) as all
           from subjects where kind = 'shipment' group by 1"""
    )
    assert [row["left"] for row in rows] == [people._LEFT_ALONE, people._LEFT_ALONE]
    assert sum(row["all"] for row in rows) > 30


def test_spoilt_messages_are_of_every_kind() -> None:
    random.seed(13)
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
    await history.remember()
    began = clock.now()
    wanted = {
        *("shop order placed", "shop shipment allocated", "person shipment picking"),
        *("person shipment packed", "person shipment collected", "shop shipment signed"),
    }
    async with served(clean, tmp_path) as hub, life.living(hub.address, speed=20):
        missing = await never_lived(wanted, since=began, seconds=90)
    assert missing == set()
    assert await postgres.fetchval("select count(*) from messages") > 10
    assert (await verify()).findings == []


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
    row = await postgres.fetchrow(
        "select id, login, name, warehouses[1] as place from people where login = 'min'"
    )
    assert row is not None
    async with postgres.transaction() as tx:
        changed = await passwords.digest("a visitor chose this one")
        await accounts.set_password(tx, row["id"], changed, actor=SYSTEM)
    async with served(clean, tmp_path) as hub:
        hands = Hands(hub.address)
        for _ in range(3):
            await hands.press(Person(row["id"], row["login"], row["name"], row["place"]), [])
        await hands.close()
    refused = "select count(*) from ledger where body::jsonb->>'action' = 'sign_in.refused'"
    assert await postgres.fetchval(refused) == 1, "one try, so that a visitor is not locked out"
