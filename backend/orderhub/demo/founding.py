"""Founding: the demo's company, made once in its own empty data folder."""

import msgspec

from orderhub.accounts import organisation, passwords, people, shops, warehouses
from orderhub.catalog import saving
from orderhub.demo import goods
from orderhub.kernel import ledger, postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.errors import Refusal
from orderhub.kernel.postgres import Transaction

PASSWORD = "look around as you like"
TIME_ZONE = "Asia/Shanghai"
ORGANISATION = "好零件（演示）"

WAREHOUSES = (("SZ", "苏州一仓"), ("HF", "合肥仓"))
SHOPS = (("天猫旗舰店", "SZ"), ("抖音小店", "SZ"), ("微信小程序", "HF"))
_STREAM, _MADE = "settings", "demo.made"
# login, name, role, the warehouse a person works in
PEOPLE = (
    ("admin", "管理员", "admin", None),
    ("chen", "陈姐", "manager", None),
    ("zhou", "老周", "operations", None),
    ("he", "小禾", "service", None),
    ("mai", "小麦", "sales", None),
    ("qian", "老钱", "finance", None),
    ("min", "阿敏", "warehouse", "SZ"),
    ("gang", "阿刚", "warehouse", "SZ"),
    ("fei", "小飞", "warehouse", "HF"),
)


class SignIn(msgspec.Struct, frozen=True):
    """Who may look around in the demo."""

    login: str
    name: str
    role: str


SIGN_INS = tuple(SignIn(login, name, role) for login, name, role, _ in PEOPLE)


class NotTheDemo(Refusal):
    """The database holds somebody's real shop; the demo does not live there. Data: organisation."""


async def found() -> bool:
    """Found the company in an empty database; returns False where it stands already."""
    if (known := await organisation.current()) is not None:
        if not await is_demo():
            raise NotTheDemo(organisation=known.name)
        return False
    password_hash = await passwords.digest(PASSWORD)
    async with postgres.transaction() as tx:
        await ledger.record(tx, stream=_STREAM, action=_MADE, actor=SYSTEM)
        wanted = organisation.Organisation(name=ORGANISATION, time_zone=TIME_ZONE)
        await organisation.found(tx, wanted, actor=SYSTEM)
        places = {code: await _warehouse(tx, code, name) for code, name in WAREHOUSES}
        for name, code in SHOPS:
            await _shop(tx, name, places[code])
        await people.add(tx, [_newcomer(row, places, password_hash) for row in PEOPLE], actor=SYSTEM)
        await saving.save(tx, goods.entries(), actor=SYSTEM)
    return True


async def is_demo() -> bool:
    """Tell whether the open database is a demo's: the first thing its ledger says of its settings, for good."""
    return bool(
        await postgres.fetchval(
            "select body::jsonb->>'action' = $2 from ledger where stream = $1 and seq = 1", _STREAM, _MADE
        )
    )


async def _warehouse(tx: Transaction, code: str, name: str) -> int:
    wanted = warehouses.NewWarehouse(code=code, name=name, time_zone=TIME_ZONE)
    return (await warehouses.add(tx, wanted, actor=SYSTEM)).id


async def _shop(tx: Transaction, name: str, warehouse_id: int) -> None:
    wanted = shops.NewShop(
        name=name, channel="generic", currency="CNY", time_zone=TIME_ZONE, default_warehouse_id=warehouse_id
    )
    await shops.add(tx, wanted, actor=SYSTEM)


def _newcomer(
    row: tuple[str, str, str, str | None], places: dict[str, int], password_hash: str
) -> people.Newcomer:
    login, name, role, warehouse = row
    within = None if warehouse is None else [places[warehouse]]
    return people.Newcomer(
        login=login, name=name, roles=(role,), password_hash=password_hash, warehouses=within, language=None
    )
