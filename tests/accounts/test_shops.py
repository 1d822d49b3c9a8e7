"""Shops, their secrets, and warehouses."""

import base64
import hmac
from typing import Any

import pytest

from orderhub.accounts import shops
from orderhub.kernel import postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.errors import BadInput
from tests.access_rows import place
from tests.browsers import Program
from tests.people import acting, token

pytestmark = pytest.mark.usefixtures("clean")

SHOP = {"name": "旗舰店", "channel": "generic", "currency": "CNY", "time_zone": "Asia/Shanghai"}


async def add(**wanted: Any) -> tuple[str, shops.Shop]:
    async with postgres.transaction() as tx:
        return await shops.add(tx, shops.NewShop(**{**SHOP, **wanted}), actor=SYSTEM)


async def rotate(shop_id: int) -> str:
    async with postgres.transaction() as tx:
        return await shops.rotate_secret(tx, shop_id, actor=SYSTEM)


async def opening(shop_id: int) -> tuple[bytes, ...]:
    found = await shops.entrance(shop_id)
    assert found is not None
    return found.secrets


def as_bytes(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"))


async def test_a_new_shop_gets_a_secret_as_standard_webhooks_writes_it() -> None:
    secret, shop = await add()
    assert secret.startswith("whsec_")
    assert len(as_bytes(secret)) == 32
    assert await opening(shop.id) == (as_bytes(secret),)
    hmac.digest(as_bytes(secret), b"id.1.body", "sha256")


async def test_the_database_holds_no_secret_in_the_clear() -> None:
    secret, _ = await add()
    sealed = await postgres.fetchval("select sealed from shop_secrets")
    assert as_bytes(secret) not in sealed
    ledger = await postgres.fetch("select body from ledger")
    assert not any(secret in row["body"] for row in ledger)


async def test_after_a_rotation_the_old_and_the_new_secret_open_the_door() -> None:
    first, shop = await add()
    second = await rotate(shop.id)
    assert await opening(shop.id) == (as_bytes(second), as_bytes(first))
    third = await rotate(shop.id)
    assert await opening(shop.id) == (as_bytes(third), as_bytes(second))


async def test_a_leaked_secret_ends_at_once() -> None:
    _, shop = await add()
    second = await rotate(shop.id)
    async with postgres.transaction() as tx:
        await shops.end_older_secrets(tx, shop.id, actor=SYSTEM)
    assert await opening(shop.id) == (as_bytes(second),)


async def test_the_door_of_an_ended_shop_is_closed() -> None:
    _, shop = await add()
    assert await shops.entrance(shop.id) is not None
    async with postgres.transaction() as tx:
        await shops.end(tx, shop.id, actor=SYSTEM)
    assert await shops.entrance(shop.id) is None


async def test_settings_of_a_channel_come_back_as_they_were_given() -> None:
    mapping = {"id": "/order/no", "big": 2**60, "zeros": "007", "nested": [1, {"a": None}]}
    _, shop = await add(settings=mapping)
    assert shop.settings == mapping
    found = await shops.entrance(shop.id)
    assert found is not None
    assert found.shop.settings == mapping


@pytest.mark.parametrize(
    "wrong",
    [
        {"currency": "RMB"},
        {"currency": "cny"},
        {"time_zone": "Shanghai"},
        {"name": "  "},
        {"channel": "two words"},
        {"callback_url": "ftp://example.com"},
        {"callback_url": "https://user:pass@example.com"},
        {"default_warehouse_id": 987654},
    ],
)
async def test_a_shop_with_a_value_nobody_can_use_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as refusal:
        await add(**wrong)
    assert refusal.value.data["field"] in wrong


async def test_a_shop_is_changed_and_ended_over_the_api() -> None:
    async with Program(await token("admin")) as robot:
        made = (await robot.post("/api/shops", json=SHOP)).json()
        path = f"/api/shops/{made['shop']['id']}"
        changed = await robot.patch(path, json={"name": "专卖店", "callback_url": "https://example.com/hook"})
        assert (changed.json()["name"], changed.json()["currency"]) == ("专卖店", "CNY")
        assert (await robot.post(path + "/secrets")).json()["secret"] != made["secret"]
        assert (await robot.delete(path)).status_code == 204
        assert (await robot.get("/api/shops")).json()[0]["ended"] is True
        assert (await robot.patch(path, json={"currency": "USD"})).status_code == 400


async def test_people_see_the_shops_and_warehouses_they_may_act_in() -> None:
    here, there = await place("here"), await place("there")
    near = acting(1, "sales", shops=[here.shop_id])
    assert [shop.id for shop in await shops.all_shops(actor=near)] == [here.shop_id]
    async with Program(await token("warehouse", warehouses=[there.warehouse_id])) as program:
        seen = (await program.get("/api/warehouses")).json()
    assert [warehouse["id"] for warehouse in seen] == [there.warehouse_id]


async def test_two_warehouses_cannot_have_one_code() -> None:
    body = {"code": "sz1", "name": "苏州一仓", "time_zone": "Asia/Shanghai"}
    async with Program(await token("admin")) as robot:
        made = await robot.post("/api/warehouses", json=body)
        assert made.status_code == 201
        again = await robot.post("/api/warehouses", json={**body, "code": "SZ1"})
        assert (again.status_code, again.json()["code"]) == (409, "code_taken")
        assert (await robot.delete(f"/api/warehouses/{made.json()['id']}")).status_code == 204


async def test_an_admin_of_some_shops_does_not_open_new_ones() -> None:
    here = await place("here")
    local = await token("admin", shops=[here.shop_id], warehouses=[here.warehouse_id])
    async with Program(local) as robot:
        shop = await robot.post("/api/shops", json=SHOP)
        body = {"code": "sz1", "name": "苏州一仓", "time_zone": "Asia/Shanghai"}
        warehouse = await robot.post("/api/warehouses", json=body)
    assert [shop.status_code, warehouse.status_code] == [403, 403]
