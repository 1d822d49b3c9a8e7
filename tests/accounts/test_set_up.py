"""Setting up: an empty hub is opened by whoever holds the printed link, once."""

import asyncio
from datetime import timedelta

import pytest

from orderhub.accounts import set_up
from orderhub.kernel import clock, postgres
from tests.browsers import Browser
from tests.people import hire

pytestmark = pytest.mark.usefixtures("clean")

FORM = {
    "organisation": "苏州小店",
    "shop": "旗舰店",
    "warehouse": "苏州一仓",
    "name": "王敏",
    "login": "wangmin",
    "password": "four words are easy",
}


async def link() -> str:
    path = await set_up.fresh_link()
    assert path is not None
    return path


async def test_the_link_founds_the_organisation_and_signs_its_admin_in() -> None:
    path = await link()
    async with Browser() as browser:
        answer = await browser.submit(path, **FORM)
        assert answer.status_code == 200
        assert "whsec_" in answer.text
        assert 'href="/orders"' in answer.text
        me = await browser.get("/api/me")
        assert (me.json()["roles"], me.json()["shops"]) == (["admin"], None)
        (shop,) = (await browser.get("/api/shops")).json()
        (warehouse,) = (await browser.get("/api/warehouses")).json()
    assert (shop["name"], shop["default_warehouse_id"]) == ("旗舰店", warehouse["id"])
    assert await postgres.fetchval("select name from organisation") == "苏州小店"


async def test_the_link_is_good_once() -> None:
    path = await link()
    async with Browser() as first, Browser() as second:
        await second.get(path)
        await first.submit(path, to=path, **FORM)
        assert (await second.get(path)).status_code == 410
        answer = await second.submit("/sign-in", to=path, **{**FORM, "login": "other"})
        assert answer.status_code == 410
    assert await postgres.fetchval("select count(*) from people") == 1


async def test_of_two_at_the_same_moment_one_founds_the_organisation() -> None:
    path = await link()
    async with Browser() as first, Browser() as second:
        tokens = [await first.open_form(path), await second.open_form(path)]
        answers = await asyncio.gather(
            first.send_form(path, tokens[0], **FORM),
            second.send_form(path, tokens[1], **{**FORM, "login": "other"}),
        )
    assert sorted(answer.status_code for answer in answers) == [200, 410]
    assert await postgres.fetchval("select count(*) from people") == 1


async def test_a_mistake_in_the_form_leaves_the_link_good() -> None:
    path = await link()
    async with Browser() as browser:
        answer = await browser.submit(path, to=path, **{**FORM, "password": "short"})
        assert answer.status_code == 422
        assert "needs 12 characters" in answer.text
        assert 'value="苏州小店"' in answer.text
        assert 'value="short"' not in answer.text
        assert await postgres.fetchval("select count(*) from people") == 0
        assert (await browser.submit(path, to=path, **FORM)).status_code == 200


async def test_a_hub_with_people_prints_no_link() -> None:
    await hire("anna", "admin")
    assert await set_up.fresh_link() is None


async def test_a_new_link_ends_the_one_before() -> None:
    former, latter = await link(), await link()
    async with Browser() as browser:
        assert (await browser.get(former)).status_code == 410
        assert (await browser.get(latter)).status_code == 200


async def test_a_link_is_good_for_a_day() -> None:
    token = (await link()).rpartition("/")[2]
    with clock.frozen(clock.now() + set_up.GOOD_FOR + timedelta(seconds=1)):
        assert not await set_up.is_open(token)


async def test_a_guessed_link_opens_nothing() -> None:
    await link()
    async with Browser() as browser:
        assert (await browser.get("/set-up/" + "A" * 43)).status_code == 410
