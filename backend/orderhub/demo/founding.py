"""Founding: the demo's company, made once in its own empty data folder."""

from orderhub.accounts import organisation, passwords, people, shops, warehouses
from orderhub.catalog import importing, listing
from orderhub.demo import dialect, goods
from orderhub.demo.cast import PLAYERS, STOREFRONTS, TIME_ZONE, WAREHOUSES, Player, Storefront
from orderhub.demo.people import find, of_role
from orderhub.kernel import ledger, postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.errors import Refusal
from orderhub.kernel.postgres import Transaction

PASSWORD = "look around as you like"
ORGANISATION = "好东西（演示）"

_STREAM, _MADE = "settings", "demo.made"


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
        places = {code: await _warehouse(tx, code, name) for code, name in WAREHOUSES.items()}
        for front in STOREFRONTS:
            await _shop(tx, front, places[front.warehouse])
        newcomers = [_newcomer(player, places, password_hash) for player in PLAYERS]
        await people.add(tx, newcomers, actor=SYSTEM)
    return True


async def fill_the_shelves() -> None:
    """Let operations import the goods and list the own shop's numbers, as in any company; a second time does nothing."""
    if await postgres.fetchval("select exists (select from skus)"):
        return
    (player,) = of_role("operations")
    person = await find(player)
    assert person is not None
    uploaded = await importing.upload(goods.content(), file_name=goods.FILE, actor=person.actor)
    plan = (await importing.find(uploaded)).plan
    assert plan is not None, "the demo's own file has errors"
    await importing.apply(uploaded, plan=plan, actor=person.actor)
    async with postgres.transaction() as tx:
        for row in await tx.fetch("select id from shops where settings ? 'mapping'"):
            await listing.list_skus(tx, row["id"], dialect.listings(), actor=person.actor)


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


async def _shop(tx: Transaction, front: Storefront, warehouse_id: int) -> None:
    wanted = shops.NewShop(
        name=front.name,
        channel="generic",
        currency=front.currency,
        time_zone=front.time_zone,
        default_warehouse_id=warehouse_id,
        settings={"mapping": dialect.mapping(front.dialect)} if front.dialect else {},
    )
    await shops.add(tx, wanted, actor=SYSTEM)


def _newcomer(player: Player, places: dict[str, int], password_hash: str) -> people.Newcomer:
    return people.Newcomer(
        login=player.login,
        name=player.name,
        roles=(player.role,),
        password_hash=password_hash,
        warehouses=None if player.warehouse is None else [places[player.warehouse]],
    )
