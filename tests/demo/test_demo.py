"""The living demo: its company, its messages, its people; and that it stays on this machine."""

import random

import pytest

from orderhub import house as house
from orderhub.catalog.gtin import fits
from orderhub.commands.demo import NotLoopback, _refuse_others
from orderhub.demo import founding, goods, history, people, telling
from orderhub.demo.founding import PASSWORD, SIGN_INS, NotTheDemo, found
from orderhub.kernel import clock, postgres
from orderhub.proof.verify import verify
from tests.browsers import Browser
from tests.company import company

pytestmark = pytest.mark.usefixtures("clean")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "shop.example"])
def test_it_is_not_shown_to_other_machines(host: str) -> None:
    with pytest.raises(NotLoopback):
        _refuse_others(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_it_is_shown_to_this_machine(host: str) -> None:
    _refuse_others(host)


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


async def test_a_new_demo_has_a_past_with_orders_in_many_stages() -> None:
    random.seed(11)
    await founding.found()
    await history.remember()
    stages = {row["stage"] for row in await postgres.fetch("select distinct stage from subjects")}
    assert {"placed", "allocated"} < stages
    assert await postgres.fetchval("select min(entered_at) from visits") < clock.now()
    assert await postgres.fetchval("select count(*) from subjects where kind = 'message'") == 0
    assert (await verify()).findings == []


async def test_people_take_cards_from_allocated_to_the_carrier() -> None:
    random.seed(12)
    await founding.found()
    await history.remember()
    for _ in range(40):
        for step in (people.pick, people.pack, people.hand_over):
            await step()
    assert await postgres.fetchval("select count(*) from shipments where waybill is not null") > 3


def test_spoilt_messages_are_of_every_kind() -> None:
    random.seed(13)
    assert len({telling.spoilt()[-3:] for _ in range(40)}) > 1
