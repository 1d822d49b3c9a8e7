"""The company in which the longer tests happen: two shops, two warehouses, and one named person in each role.

阿敏 warehouse (of Suzhou only) · 小禾 service (of the Tmall shop only) · 小麦 sales · 老钱 finance
老周 operations · 陈姐 manager · 管理员 admin
"""

from typing import NamedTuple

from orderhub.accounts import organisation, shops, warehouses
from orderhub.kernel import postgres
from orderhub.kernel.actors import SYSTEM, Actor
from orderhub.kernel.postgres import Transaction
from tests.people import acting, hire

TIME_ZONE = "Asia/Shanghai"


class Company(NamedTuple):
    """Places by their ids, people as the actors they are at the edge; each signs in with ``people.PASSWORD``."""

    tmall: int
    douyin: int
    suzhou: int
    chengdu: int
    secrets: dict[int, str]
    min: Actor
    he: Actor
    mai: Actor
    qian: Actor
    zhou: Actor
    chen: Actor
    admin: Actor


async def company() -> Company:
    """Found the company in an empty database. People sign in as min, he, mai, qian, zhou, chen and admin."""
    async with postgres.transaction() as tx:
        wanted = organisation.Organisation(name="好零件", time_zone=TIME_ZONE)
        await organisation.found(tx, wanted, actor=SYSTEM)
        suzhou = await _warehouse(tx, "SZ", "苏州一仓")
        chengdu = await _warehouse(tx, "CD", "成都仓")
        tmall_secret, tmall = await _shop(tx, "天猫旗舰店", suzhou)
        douyin_secret, douyin = await _shop(tx, "抖音小店", chengdu)
    return Company(
        tmall, douyin, suzhou, chengdu, {tmall: tmall_secret, douyin: douyin_secret},
        min=await _person("min", "阿敏", "warehouse", warehouses=[suzhou]),
        he=await _person("he", "小禾", "service", shops=[tmall]),
        mai=await _person("mai", "小麦", "sales"),
        qian=await _person("qian", "老钱", "finance"),
        zhou=await _person("zhou", "老周", "operations"),
        chen=await _person("chen", "陈姐", "manager"),
        admin=await _person("admin", "管理员", "admin"),
    )  # fmt: skip


async def _warehouse(tx: Transaction, code: str, name: str) -> int:
    wanted = warehouses.NewWarehouse(code=code, name=name, time_zone=TIME_ZONE)
    return (await warehouses.add(tx, wanted, actor=SYSTEM)).id


async def _shop(tx: Transaction, name: str, warehouse_id: int) -> tuple[str, int]:
    wanted = shops.NewShop(
        name=name, channel="generic", currency="CNY", time_zone=TIME_ZONE, default_warehouse_id=warehouse_id
    )
    secret, shop = await shops.add(tx, wanted, actor=SYSTEM)
    return secret, shop.id


async def _person(
    login: str, name: str, role: str, *, shops: list[int] | None = None, warehouses: list[int] | None = None
) -> Actor:
    person_id = await hire(login, role, name=name, shops=shops, warehouses=warehouses)
    return acting(person_id, role, name=name, shops=shops, warehouses=warehouses)
