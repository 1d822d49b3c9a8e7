"""The same thing at the same time: it happens once, and everybody hears what became of it."""

import asyncio
from uuid import UUID

import httpx
import msgspec
import pytest

from orderhub import house as house
from orderhub.accounts import shops
from orderhub.intake.generic import signature
from orderhub.intake.receiving import arrived, receive
from orderhub.kernel import clock, postgres
from orderhub.kernel.moves import Move, move
from orderhub.proof.verify import verify
from tests.asking import asking
from tests.browsers import Browser, hub
from tests.people import acting, hire
from tests.placed import draft, placed, shipment_of, shop
from tests.promises.channel import Channel, goods
from tests.promises.stories import NOON
from tests.test_app import served

pytestmark = [pytest.mark.every_server, pytest.mark.usefixtures("clean")]

SAID = {
    "order": {
        "number": "69334102887051",
        "updated_at": NOON.isoformat(),
        "status": "paid",
        "amounts": {"total": 2800},
        "lines": [{"sku": "FILTER", "quantity": 1, "unit_price": 2800}],
        "receiver": {"name": "王小明", "phone": "13812342046"},
    },
    "payments": [{"number": "P1", "amount": 2800}],
}
BODY = msgspec.json.encode(SAID)


async def story() -> list[tuple[str, int]]:
    """What the ledger tells of all orders and parcels, and how often."""
    rows = await postgres.fetch(
        """select s.kind || ': ' || (l.body::jsonb ->> 'action') as told, count(*)::int as n from ledger l
           join subjects s on l.stream = 'subject:' || s.id group by 1 order by 1"""
    )
    return [(row["told"], row["n"]) for row in rows]


ONE_STORY = [
    ("order: money.booked", 1),
    ("order: move.pay", 1),
    ("order: opened", 1),
    ("order: rolled_up", 1),
    ("shipment: opened", 1),
]


async def test_fifty_times_the_same_message_from_fifty_connections_is_one_order() -> None:
    async with await Channel.of_a_new_shop(await goods()) as channel, served(hub()) as address:
        headers = signature.sign(BODY, message_id="m1", at=clock.now(), keys=[channel.secret])

        async def post(connection: httpx.AsyncClient) -> httpx.Response:
            return await connection.post(f"/webhooks/{channel.shop_id}", content=BODY, headers=headers)

        connections = [asking(address, timeout=60) for _ in range(50)]
        await asyncio.gather(*(connection.get("/healthz") for connection in connections))
        answers = await asyncio.gather(*map(post, connections))
        await asyncio.gather(*(connection.aclose() for connection in connections))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.text for answer in answers}) == 1
    assert await story() == ONE_STORY
    assert await postgres.fetchval("select count(*) from messages") == 1


@pytest.mark.parametrize("ids", [["m1"] * 50, [f"m{nth}" for nth in range(50)]], ids=["one id", "fifty ids"])
async def test_fifty_processes_that_take_the_same_message_make_one_order(ids: list[str]) -> None:
    async with await Channel.of_a_new_shop(await goods()) as channel:
        entrance = await shops.entrance(channel.shop_id)
    assert entrance is not None
    now = clock.now()
    told = [arrived(entrance.shop, outside_id=one_id, body=BODY, at=now) for one_id in ids]
    outcomes = await asyncio.gather(*(receive([one]) for one in told))
    assert await story() == ONE_STORY
    assert await postgres.fetchval("select count(*) from messages") == len(set(ids))
    states = [outcome.state for (outcome,) in outcomes]
    assert states.count("applied") == (50 if len(set(ids)) == 1 else 1)
    assert (await verify()).findings == []


async def _parcel() -> tuple[UUID, UUID]:
    (order,) = await placed([draft(await shop())])
    parcel = await shipment_of(order)
    visit: UUID = await postgres.fetchval("select visit_id from subjects where id = $1", parcel)
    return parcel, visit


async def test_a_wish_that_comes_twenty_times_at_once_is_one_move() -> None:
    parcel, visit = await _parcel()
    wish = Move(subject=parcel, transition="pick", visit=visit, key="k1")
    amin = acting(1, "warehouse", name="阿敏")
    verdicts = await asyncio.gather(*(move([wish], actor=amin) for _ in range(20)))
    assert len({str(verdict) for (verdict,) in verdicts}) == 1
    assert verdicts[0][0].stage == "picking"
    assert ("shipment: move.pick", 1) in await story()


async def test_two_people_press_the_same_button_at_once_and_one_is_told_it_is_done() -> None:
    parcel, visit = await _parcel()
    people = [await hire(login, "warehouse") for login in ("min", "hua")]
    form = {"subject": str(parcel), "visit": str(visit), "transition": "pick"}

    async def press(person: int) -> tuple[int, str]:
        async with Browser() as browser:
            await browser.arrive(person)
            headers = {"x-csrftoken": await browser.form_token(), "Accept": "application/json"}
            answer = await browser.post("/moves", data=form, headers=headers)
            return answer.status_code, answer.json()["code"] if answer.content else ""

    assert sorted(await asyncio.gather(*map(press, people))) == [(204, ""), (409, "visit_over")]
    assert ("shipment: move.pick", 1) in await story()


async def test_the_same_button_pressed_twice_by_one_hand_is_answered_the_same() -> None:
    parcel, visit = await _parcel()
    person = await hire("min", "warehouse")
    form = {"subject": str(parcel), "visit": str(visit), "transition": "pick", "key": "7d0f"}
    async with Browser() as browser:
        await browser.arrive(person)
        headers = {"x-csrftoken": await browser.form_token(), "Accept": "application/json"}
        answers = await asyncio.gather(
            *(browser.post("/moves", data=form, headers=headers) for _ in range(8))
        )
    assert {answer.status_code for answer in answers} == {204}
    assert ("shipment: move.pick", 1) in await story()
