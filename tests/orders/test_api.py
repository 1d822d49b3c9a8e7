"""The JSON doors of orders: the list with its filters and cursor, and corrections."""

from typing import Any

import msgspec
import pytest

from orderhub.kernel import postgres
from orderhub.orders import api, examples
from tests.browsers import HOST, Browser, Program
from tests.people import hire, token
from tests.placed import draft, placed, shop

pytestmark = pytest.mark.usefixtures("clean")


async def number_of(order: object) -> str:
    number = await postgres.fetchval("select number from orders where id = $1", order)
    assert isinstance(number, str)
    return number


async def test_orders_come_newest_first_and_page_by_page() -> None:
    place = await shop()
    await placed([draft(place, f"N{n}") for n in range(60)], paid=False)
    async with Program(await token("sales")) as program:
        first = (await program.get("/api/orders")).json()
        second = (await program.get("/api/orders", params={"after": first["next"]})).json()
    assert (len(first["orders"]), len(second["orders"]), second["next"]) == (50, 10, None)
    assert len({row["number"] for row in first["orders"] + second["orders"]}) == 60


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "13812342046"}, 2),
        ({"q": "2046"}, 2),
        ({"q": "王小明"}, 2),
        ({"q": "N1"}, 1),
        ({"q": "nobody"}, 0),
        ({"stage": "allocated"}, 1),
        ({"stage": "placed", "q": "王小明"}, 1),
        ({"late": "true"}, 0),
        ({"since": "2026-11-11", "until": "2026-11-11"}, 2),
        ({"until": "2026-11-10"}, 0),
    ],
)
async def test_the_list_takes_the_filters_of_the_page(asked: dict[str, str], found: int) -> None:
    place = await shop()
    await placed([draft(place, "N1")])
    await placed([draft(place, "N2")], paid=False)
    async with Program(await token("service")) as program:
        answer = await program.get("/api/orders", params=asked)
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["orders"]) == found


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"stage": "flying"}, 422),
        ({"after": "yesterday"}, 422),
        ({"since": "yesterday"}, 400),
        ({"shop": "99999999999999999999"}, 400),
        ({"q": "a\x00b"}, 400),
    ],
)
async def test_an_odd_question_is_refused_in_words(asked: dict[str, str], status: int) -> None:
    async with Program(await token("service")) as program:
        answer = await program.get("/api/orders", params=asked)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


async def test_a_program_of_one_shop_lists_and_corrects_only_its_own() -> None:
    here, there = await shop("here"), await shop("there")
    await placed([draft(here, "N1")])
    (theirs,) = await placed([draft(there, "N2")])
    path = f"/api/orders/{await number_of(theirs)}/corrections"
    async with Program(await token("service", shops=[here[0]])) as program:
        assert [row["outside"] for row in (await program.get("/api/orders")).json()["orders"]] == ["N1"]
        assert (await program.post(path, json={"remark": "x"})).status_code == 404
    assert await postgres.fetchval("select count(*) from order_corrections") == 0


async def test_a_correction_is_answered_masked_and_made_once_under_its_key() -> None:
    (order,) = await placed([draft(await shop())])
    wanted = {"receiver": {"phone": "13900001111"}, "remark": "放门卫", "why": "客户来电", "key": "k1"}
    async with Program(await token("service")) as program:
        path = f"/api/orders/{await number_of(order)}/corrections"
        first, again = [await program.post(path, json=wanted) for _ in range(2)]
        other = await program.post(path, json=wanted | {"remark": "另一条"})
    assert first.status_code == 201, first.text
    assert first.json() == again.json()
    assert first.json()["receiver"]["masked_phone"] == "139****1111"
    assert "13900001111" not in first.text
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


@pytest.mark.parametrize(
    ("wanted", "status", "code"),
    [
        ({}, 422, "nothing_to_correct"),
        ({"receiver": {}}, 422, "nothing_to_correct"),
        ({"receiver": {"name": ""}}, 400, "unreadable"),
        ({"receiver": {"name": "a\x00b"}}, 400, "unreadable"),
        ({"receiver": {"nickname": "小王"}}, 400, "unreadable"),
        ({"remark": "x" * 2001}, 400, "unreadable"),
    ],
)
async def test_a_correction_that_says_nothing_usable_is_refused(
    wanted: dict[str, Any], status: int, code: str
) -> None:
    (order,) = await placed([draft(await shop())])
    async with Program(await token("service")) as program:
        answer = await program.post(f"/api/orders/{await number_of(order)}/corrections", json=wanted)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_the_form_on_the_page_corrects_and_leaves_alone_what_is_empty() -> None:
    (order,) = await placed([draft(await shop())])
    person = await hire("he", "service")
    path = f"/orders/{await number_of(order)}"
    form = {"name": "", "phone": "13900001111", "district": " ", "remark": "放门卫，打 13700002222"}
    async with Browser() as browser:
        await browser.arrive(person)
        assert f'hx-post="{path}/corrections"' in (await browser.get(path)).text
        headers = {"x-csrftoken": await browser.form_token(), "HX-Request": "true", "Origin": HOST}
        assert (await browser.post(f"{path}/corrections", data=form, headers=headers)).status_code == 204
        page = (await browser.get(path)).text
        empty = await browser.post(f"{path}/corrections", data={"name": " "}, headers=headers)
        bad = await browser.post(f"{path}/corrections", data={"phone": "1"}, headers=headers)
    assert "139****1111" in page
    assert "放门卫，打 137****2222" in page
    assert "王**" in page
    assert (empty.status_code, bad.status_code) == (422, 422)
    assert "phone" in bad.text


async def test_the_form_is_not_shown_to_those_who_may_not_correct() -> None:
    (order,) = await placed([draft(await shop())])
    person = await hire("min", "warehouse")
    async with Browser() as browser:
        await browser.arrive(person)
        page = (await browser.get(f"/orders/{await number_of(order)}")).text
    assert "/corrections" not in page


def test_the_examples_are_of_the_shapes_they_describe() -> None:
    assert _keys(msgspec.convert(examples.PAGE, api.OrderPage)) == _keys(examples.PAGE)
    assert _keys(msgspec.convert(examples.CORRECTED, api.Corrected)) == _keys(examples.CORRECTED)
    msgspec.convert(examples.CORRECTION, api.CorrectionIn)


async def test_the_description_shows_the_examples() -> None:
    async with Program() as program:
        told = (await program.get("/schema/openapi.json")).json()["paths"]
    answers = told["/api/orders"]["get"]["responses"]["200"]["content"]["application/json"]
    body = told["/api/orders/{number}/corrections"]["post"]["requestBody"]["content"]["application/json"]
    assert examples.PAGE in [one["value"] for one in answers["examples"].values()]
    assert examples.CORRECTION in body["schema"]["examples"]


def _keys(value: object) -> object:
    plain = msgspec.to_builtins(value)
    if isinstance(plain, dict):
        return {name: _keys(part) for name, part in plain.items()}
    return [_keys(part) for part in plain] if isinstance(plain, list) else None
