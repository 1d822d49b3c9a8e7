"""The JSON doors of the catalog."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from orderhub.catalog import skus
from orderhub.kernel import postgres
from tests.browsers import Program
from tests.people import token

pytestmark = pytest.mark.usefixtures("clean")

TEA = {
    "code": "TEA-01",
    "name": "龙井 250g",
    "product": "龙井",
    "spec": "250g",
    "unit": "罐",
    "weight_grams": 320,
    "shelf_life_days": 540,
    "barcodes": [
        {"code": "6901028074834", "pack_quantity": 1},
        {"code": "16901028074831", "pack_quantity": 12},
    ],
}


@pytest_asyncio.fixture(loop_scope="session")
async def keeper(clean: str) -> AsyncIterator[Program]:
    """A program that may keep the catalog."""
    async with Program(await token("operations")) as program:
        yield program


async def save(program: Program, *wanted: dict[str, Any]) -> Any:
    return (await program.post("/api/skus", json={"skus": wanted})).json()


async def test_skus_are_saved_and_read_back(keeper: Program) -> None:
    assert await save(keeper, TEA) == {"added": 1, "changed": 0, "unchanged": 0, "warnings": []}
    assert (await keeper.get("/api/skus/TEA-01")).json() == {**TEA, "ended": False}


async def test_saving_the_same_again_changes_nothing(keeper: Program) -> None:
    await save(keeper, TEA)
    assert (await save(keeper, TEA))["unchanged"] == 1
    assert await postgres.fetchval("select count(*) from ledger where stream = 'catalog'") == 1


async def test_what_is_left_out_stays(keeper: Program) -> None:
    await save(keeper, TEA)
    assert (await save(keeper, {"code": "TEA-01", "spec": ""}))["changed"] == 1
    assert (await keeper.get("/api/skus/TEA-01")).json() == {**TEA, "spec": "", "ended": False}


async def test_all_are_saved_or_none_and_each_error_says_where(keeper: Program) -> None:
    answer = await keeper.post("/api/skus", json={"skus": [TEA, {"code": "B"}]})
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "rows_refused"
    assert problem["data"]["findings"] == [
        {"row": 2, "column": "name", "code": "missing", "told": "is empty; fill it in"}
    ]
    assert (await keeper.get("/api/skus")).json()["skus"] == []


async def test_one_code_twice_in_a_request_is_an_error(keeper: Program) -> None:
    answer = await keeper.post("/api/skus", json={"skus": [TEA, {**TEA, "name": "another"}]})
    assert answer.status_code == 422
    assert answer.json()["data"]["findings"][0]["code"] == "rows_disagree"


async def test_one_barcode_on_two_skus_of_a_request_is_an_error(keeper: Program) -> None:
    other = {"code": "B", "name": "b", "barcodes": [{"code": "6901028074834"}]}
    answer = await keeper.post("/api/skus", json={"skus": [TEA, other]})
    assert answer.status_code == 422
    assert answer.json()["data"]["findings"][0]["code"] == "barcode_twice"


@pytest.mark.parametrize(
    "sku",
    [
        {"name": "no code"},
        {"code": "", "name": "x"},
        {"code": " A", "name": "x"},
        {"code": "A\n", "name": "x"},
        {"code": "A\u0000B", "name": "x"},
        {"code": "A", "name": "x", "weight_grams": 0},
        {"code": "A", "name": "x", "weight_grams": 1.5},
        {"code": "A", "name": "x", "color": "red"},
        {"code": "A", "name": "a\u0000b"},
        {"code": "A", "name": "x", "barcodes": [{"code": "69 01"}]},
        {"code": "A", "name": "x", "barcodes": [{"code": "6901028074834", "pack_quantity": 0}]},
    ],
)
async def test_what_does_not_fit_is_refused(keeper: Program, sku: dict[str, Any]) -> None:
    assert (await keeper.post("/api/skus", json={"skus": [sku]})).status_code in (400, 422)


async def test_skus_come_page_by_page(keeper: Program) -> None:
    await save(keeper, *({"code": f"S/{n:02}", "name": "x"} for n in range(25)))
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await keeper.get("/api/skus", params={"cursor": cursor, "limit": 10})).json()
        seen += [sku["code"] for sku in page["skus"]]
        cursor = page["next"]
    assert seen == [f"S/{n:02}" for n in range(25)]
    assert (await keeper.get("/api/skus/S/07")).json()["code"] == "S/07"


@pytest.mark.parametrize("path", ["nothing", "%00", "%ff", "a" * 300])
async def test_a_code_nobody_knows_is_not_found(keeper: Program, path: str) -> None:
    assert (await keeper.get(f"/api/skus/{path}")).status_code == 404


async def test_a_cursor_that_was_never_given_is_refused(keeper: Program) -> None:
    assert (await keeper.get("/api/skus?cursor=%00")).status_code in (400, 422)
    assert (await keeper.get("/api/skus?limit=0")).status_code in (400, 422)


async def test_half_a_letter_is_refused(keeper: Program) -> None:
    body = b'{"skus": [{"code": "A", "name": "\\ud800"}]}'
    answer = await keeper.post("/api/skus", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)


async def test_only_those_who_keep_the_catalog_change_it() -> None:
    for role, status in {"warehouse": 403, "service": 403, "manager": 200, "admin": 200}.items():
        async with Program(await token(role)) as program:
            assert (await program.post("/api/skus", json={"skus": [TEA]})).status_code == status


async def shop() -> int:
    number: int = await postgres.fetchval(
        """insert into shops (name, channel, currency, time_zone)
           values ('店', 'generic', 'CNY', 'Asia/Shanghai') returning id"""
    )
    return number


async def test_a_shops_own_numbers_are_mapped(keeper: Program) -> None:
    await save(keeper, TEA)
    door = f"/api/shops/{await shop()}/listings"
    wanted = {"listings": [{"outside_sku": "1001", "sku": "TEA-01", "quantity": 6}]}
    assert (await keeper.post(door, json=wanted)).json() == {"changed": 1}
    assert (await keeper.post(door, json=wanted)).json() == {"changed": 0}
    async with postgres.transaction() as tx:
        found = await skus.resolve(tx, int(door.split("/")[3]), ["1001"])
    assert (found["1001"].code, found["1001"].quantity) == ("TEA-01", 6)


async def test_a_number_cannot_mean_a_sku_that_does_not_exist(keeper: Program) -> None:
    answer = await keeper.post(
        f"/api/shops/{await shop()}/listings", json={"listings": [{"outside_sku": "1", "sku": "none"}]}
    )
    assert answer.status_code == 422
    assert answer.json()["data"]["findings"][0]["told"] == "There is no SKU none. Add it first"


async def test_another_shop_does_not_exist_for_those_who_may_not_see_it(clean: str) -> None:
    mine, other = await shop(), await shop()
    async with Program(await token("manager", shops=[mine])) as program:
        wanted = {"listings": [{"outside_sku": "1", "sku": "none"}]}
        assert (await program.post(f"/api/shops/{other}/listings", json=wanted)).status_code == 404
        assert (await program.post(f"/api/shops/{mine}/listings", json=wanted)).status_code == 422
        assert (await program.post(f"/api/shops/{'9' * 40}/listings", json=wanted)).status_code == 404
