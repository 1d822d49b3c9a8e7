"""Who may come in, what they may watch, and when they have to leave."""

import json
from http import HTTPStatus

import msgspec
import pytest
from websockets.exceptions import InvalidStatus

from orderhub.kernel import bus, postgres
from orderhub.kernel.bus import RightsChanged
from tests.live.house import (
    LIMITS,
    PICKER,
    Board,
    House,
    closed_with,
    is_silent,
    person,
    receive,
    text_of,
    watch,
)
from tests.subjects_by_hand import open_subject
from tests.waiting import until


@pytest.mark.parametrize("origin", ["http://evil.example", "null", None])
async def test_pages_of_other_hosts_are_refused(house: House, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with house.connect(origin=origin):
            pass
    assert refused.value.response.status_code == HTTPStatus.FORBIDDEN


async def test_the_address_of_the_hub_behind_a_proxy_is_one_of_ours(house: House) -> None:
    async with house.connect(origin="https://hub.example") as page:
        await watch(page, "test.counts")
        assert text_of(await receive(page)) == "nothing"


async def test_a_session_that_is_over_is_told_so(house: House) -> None:
    async with house.connect("forgotten") as page:
        assert await closed_with(page) == 4401


async def test_what_somebody_may_not_see_looks_like_what_does_not_exist(house: House) -> None:
    foreign = await open_subject(shop=2)
    names = ["test.money", "test.nonsense", f"test.order?order={foreign}"]
    async with house.connect("seller") as page:
        await watch(page, *names[:2])
        assert json.loads(await receive(page)) == {"unknown": names[:2]}
        await watch(page, names[2])
        assert json.loads(await receive(page)) == {"unknown": names[2:]}


async def test_an_admin_may_watch_what_any_person_may(house: House) -> None:
    async with house.connect("boss") as page:
        await watch(page, "test.money")
        assert text_of(await receive(page)) == "nothing"


async def test_somebody_unknown_sees_public_views_only(house: House) -> None:
    async with house.connect(None) as page:
        await watch(page, "test.counts")
        assert await closed_with(page) == 4401


async def test_when_what_is_public_is_gone_the_unknown_have_to_leave(house: House) -> None:
    order = await open_subject(stage="paid")
    async with house.connect(None) as stranger, house.connect("boss") as boss:
        for page in (stranger, boss):
            await watch(page, f"test.map?order={order}")
        assert text_of(await receive(boss)) == "paid"
        await postgres.execute("delete from subjects where id = $1", order)
        bus.hear(None)
        assert await closed_with(stranger) == 4401
        assert json.loads(await receive(boss)) == {"unknown": [f"test.map?order={order}"]}


async def test_a_session_that_ends_is_turned_out_at_once(house: House) -> None:
    async with house.connect("picker") as picker, house.connect("boss") as boss:
        await watch(picker, "test.counts")
        await receive(picker)
        del house.sessions.open["picker"]
        bus.publish([RightsChanged("person:1")])
        assert await closed_with(picker) == 4401
        assert await is_silent(boss)
    await until(lambda: not house.hub.regions)


@pytest.mark.parametrize("now", [person(1, "sales"), person(1, "warehouse", shops=[1])])
async def test_other_roles_or_shops_close_the_connection(house: House, now: object) -> None:
    async with house.connect("picker") as page:
        await watch(page, "test.counts")
        await receive(page)
        house.sessions.open["picker"] = now  # type: ignore[assignment]
        bus.publish([RightsChanged(PICKER.id)])
        assert await closed_with(page) == 4403


async def test_an_end_nobody_published_is_found_with_the_next_beat(board: Board) -> None:
    limits = msgspec.structs.replace(LIMITS, beat_seconds=0.1)
    async with House(limits=limits).open() as house, house.connect("picker") as page:
        assert json.loads(await receive(page)) == {"beat": 1}
        del house.sessions.open["picker"]
        assert await closed_with(page) == 4401


async def test_a_session_may_have_only_so_many_sockets(house: House) -> None:
    async with house.connect() as first, house.connect(), house.connect():
        async with house.connect() as one_too_many:
            assert await closed_with(one_too_many) == 1013
        await first.close()
        await until(lambda: len(house.hub.watchers) == 2)
        async with house.connect() as page:
            await watch(page, "test.counts")
            assert text_of(await receive(page)) == "nothing"
    await until(lambda: not house.hub._sockets)


async def test_the_unknown_of_one_address_may_have_only_so_many_sockets(house: House) -> None:
    async with house.connect(None), house.connect(None), house.connect(None) as one_too_many:
        assert await closed_with(one_too_many) == 1013


async def test_a_page_may_watch_only_so_many_regions(house: House) -> None:
    orders = [await open_subject() for _ in range(6)]
    names = [f"test.order?order={order}" for order in orders]
    async with house.connect() as page:
        await watch(page, *names)
        assert json.loads(await receive(page)) == {"unknown": names[4:]}
        assert len(house.hub.regions) == 4


async def test_a_page_that_floods_is_closed(house: House) -> None:
    async with house.connect() as page:
        for _ in range(40):
            await page.send("{}")
        assert await closed_with(page) == 1008


async def test_a_message_that_is_too_long_closes_the_socket(house: House) -> None:
    async with house.connect() as page:
        await page.send("x" * 20_000)
        assert await closed_with(page) == 1009


@pytest.mark.parametrize("message", ["", "nonsense", "[]", '{"watch": 1}', '{"later": "release"}', b"\xff"])
async def test_a_message_nobody_understands_is_ignored(house: House, message: str | bytes) -> None:
    async with house.connect() as page:
        await page.send(message)
        await watch(page, "test.counts")
        assert text_of(await receive(page)) == "nothing"
