"""The company of the pictures: founded empty, then in the middle of a working day. Everything through the real verbs."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec

from orderhub.accounts import sessions, shops
from orderhub.dossier import making
from orderhub.journey import links
from orderhub.journey.links import Link
from orderhub.kernel import clock, counts, due, postgres
from orderhub.kernel.actors import SYSTEM, Actor
from orderhub.storage import retention
from tests.company import TIME_ZONE, Company, company
from tests.letters import dead_letter
from tests.people import acting, hire
from tests.screens import doubts, goods
from tests.screens.lives import lives, steps
from tests.screens.telling import Teller, number_of

PHONE, COMPUTER = "Android · Chrome", "Windows · Edge"


class House(NamedTuple):
    """The company, the session token of each person by login, and names that stand in addresses."""

    company: Company
    tokens: dict[str, str]
    names: dict[str, str]


async def found() -> House:
    """Found the company: people and places, nothing to do yet."""
    await retention.open_months()
    with clock.frozen(clock.now() - timedelta(days=120)):
        await retention.open_months()
        made = await company()
    people = {"min": made.min, "he": made.he, "qian": made.qian, "zhou": made.zhou, "chen": made.chen}
    tokens = {login: await _sign_in(actor) for login, actor in people.items()}
    await _sign_in(made.zhou, agent=COMPUTER, ip="10.2.1.14", hours=3)
    return House(made, tokens, {})


async def live(house: House) -> House:
    """Let the company work until now; returns it with the names of what the pictures show."""
    made = house.company
    keeper = _at_desk(made.zhou)
    shop_ids = {"tmall": made.tmall, "douyin": made.douyin} | await _more_shops(made)
    names = {name: str(shop_id) for name, shop_id in shop_ids.items()} | await goods.stock_up(keeper)
    for shop_id in shop_ids.values():
        await goods.list_all(shop_id, keeper)
    jun = await hire("jun", "warehouse", name="阿军", warehouses=[made.chengdu])
    suzhou = _on_the_floor(made.min)
    chengdu = _on_the_floor(acting(jun, "warehouse", name="阿军", warehouses=[made.chengdu]))
    floor = {"tmall": suzhou, "bonded": suzhou, "douyin": chengdu, "ebay": chengdu}
    names |= await _tell(Teller(shop_ids, floor), keeper)
    await due.sweep()
    await counts.fold()
    return House(made, house.tokens, names)


async def _tell(teller: Teller, keeper: Actor) -> dict[str, str]:
    stories, now = lives(), clock.now()
    for step in steps(stories, now):
        await teller.tell(step, stories[step.order])
    for number, life in enumerate(stories):
        if life.refunded:
            await teller.refund(number, life, now - timedelta(minutes=5))
    await doubts.doubt(teller, keeper)
    rows = await postgres.fetch("select id, channel_number, number from orders")
    ours = {row["channel_number"]: row for row in rows}
    named = {life.called: ours[number_of(number, life)] for number, life in enumerate(stories) if life.called}
    await _fail_to_tell({name: row["id"] for name, row in named.items()}, now)
    paths = {f"{name}_link": links.PREFIX + links.token(Link(row["id"], 0)) for name, row in named.items()}
    paths |= {f"{name}_check": await _dossier(named[name]["id"], keeper) for name in ("packed", "closed")}
    alter = "update subjects set head_digest = '\\x00' where id = $1"  # by hand, as somebody with psql could
    await postgres.execute(alter, named["closed"]["id"])
    return {name: row["number"] for name, row in named.items()} | paths


async def _fail_to_tell(orders: dict[str, UUID], now: datetime) -> None:
    """Let some shops' own systems refuse for good what they are told of their parcels."""
    for minutes, name, error, behind in (
        (340, "lost", "answered: 410", 2),
        (75, "out_for_delivery", "private_network", 0),
        (12, "closed", "unreachable: ConnectTimeout", 0),
    ):
        with clock.frozen(now - timedelta(minutes=minutes)):
            await dead_letter(orders[name], error=error, behind=behind)


async def _dossier(order_id: UUID, keeper: Actor) -> str:
    """Make a dossier of an order; returns where it is checked."""
    return (await making.make(order_id, actor=keeper, lang="zh-CN", elsewhere="")).address


async def _more_shops(made: Company) -> dict[str, int]:
    wanted = {
        "bonded": ("阳光车品官方旗舰店（上海自贸区保税仓直发）", "CNY", made.suzhou),
        "ebay": ("Nordlicht Autoteile – eBay", "EUR", made.chengdu),
        "mini": ("微信小程序", "CNY", None),
    }
    async with postgres.transaction() as tx:
        return {
            name: (await shops.add(tx, _shop(*told), actor=SYSTEM))[1].id for name, told in wanted.items()
        }


def _shop(name: str, currency: str, warehouse_id: int | None) -> shops.NewShop:
    return shops.NewShop(
        name=name,
        channel="generic",
        currency=currency,
        time_zone=TIME_ZONE,
        default_warehouse_id=warehouse_id,
    )


async def _sign_in(actor: Actor, *, agent: str = PHONE, ip: str = "10.2.8.31", hours: int = 0) -> str:
    async with postgres.transaction() as tx:
        with clock.frozen(clock.now() - timedelta(hours=hours)):
            return await sessions.open_session(
                tx, int(actor.id.partition(":")[2]), device=_device(agent), agent=agent, ip=ip
            )


def _on_the_floor(actor: Actor) -> Actor:
    return msgspec.structs.replace(actor, ip="10.2.8.31", device=_device(PHONE))


def _at_desk(actor: Actor) -> Actor:
    return msgspec.structs.replace(actor, ip="10.2.1.14", device=_device(COMPUTER))


def _device(agent: str) -> str:
    return agent.encode().hex()[:32].ljust(32, "0")
