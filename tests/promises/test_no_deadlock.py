"""Everybody at once on the same few orders, sixteen ways: nobody waits for somebody who waits for them."""

import asyncio
import itertools
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest
import pytest_asyncio

from orderhub import house as house
from orderhub.accounts import shops
from orderhub.accounts.shops import Shop
from orderhub.delivery import allocation, splitting
from orderhub.intake.receiving import arrived, receive
from orderhub.intake.replay import replay
from orderhub.kernel import clock, counts, due, moves, postgres, retrying
from orderhub.kernel.actors import SYSTEM, Actor
from orderhub.kernel.errors import Refusal, TryAgain
from orderhub.kernel.flows import flow
from orderhub.kernel.moves import Move, move
from orderhub.kernel.rollup import rolled_up_stage
from orderhub.kernel.work import Work
from orderhub.orders.correcting import Wish, correct
from orderhub.proof import erasure
from orderhub.proof.verify import verify
from tests.promises.channel import Channel, goods
from tests.promises.stories import NOON
from tests.servers import Servers, elsewhere

SECONDS = int(os.environ.get("SECONDS", "30"))
WAYS = 16
ORDERS = 6

AMIN = Actor(kind="person", id="person:1", name="阿敏", roles=frozenset({"warehouse"}))
XIAOHE = Actor(kind="person", id="person:2", name="小禾", roles=frozenset({"service", "operations"}))


class Scene:
    """A shop with a handful of orders in two parcels each; what is over gives way to a new order."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.orders: list[str] = []
        self.done: Counter[str] = Counter()
        self._ids = itertools.count()
        self._numbers = itertools.count(1)

    async def say(self, *said: dict[str, Any]) -> None:
        """Receive messages in one transaction."""
        now = clock.now()
        batch = [
            arrived(self.shop, outside_id=f"m{next(self._ids)}", body=msgspec.json.encode(one), at=now)
            for one in said
        ]
        await receive(batch)

    async def order(self) -> str:
        """Place a paid order and split its parcel."""
        number = f"N{next(self._numbers)}"
        await self.say(self.whole(number, 3), {"order": self.head(number) | {"status": "paid"}})
        (parcel,) = await self.parcels(number)
        await splitting.split([splitting.wish(parcel, [{1: 1}])], actor=AMIN)
        await postgres.execute(
            "update visits set due_at = now() - interval '1 hour' where subject_id = $1", parcel
        )
        return number

    def head(self, number: str) -> dict[str, Any]:
        at = NOON.replace(microsecond=next(self._ids) % 1_000_000)
        return {"number": number, "updated_at": at.isoformat()}

    def whole(self, number: str, quantity: int, **more: Any) -> dict[str, Any]:
        line = {"sku": "FILTER", "name": "FILTER", "quantity": quantity, "unit_price": 100}
        return {"order": self.head(number) | {"lines": [line], "amounts": {"total": 100 * quantity}} | more}

    async def parcels(self, number: str) -> list[UUID]:
        rows = await postgres.fetch(
            "select s.id from shipments s join orders o on o.id = s.order_id where o.channel_number = $1",
            number,
        )
        return [row["id"] for row in rows]

    async def id_of(self, number: str) -> UUID:
        found: UUID = await postgres.fetchval("select id from orders where channel_number = $1", number)
        return found


Deed = Callable[[Scene, Sequence[str], random.Random], Awaitable[object]]


async def carry_parcels(scene: Scene, numbers: Sequence[str], dice: random.Random) -> None:
    parcels = [parcel for number in numbers for parcel in await scene.parcels(number)]
    dice.shuffle(parcels)
    transition = dice.choice(["pick", "pick", "pack", "pack", "collect", "depart", "sign"])
    actor = SYSTEM if transition in ("depart", "sign") else AMIN
    facts = {"waybill": f"SF{dice.randrange(10**9)}"} if transition == "collect" else {}
    await move(
        [Move(subject=p, transition=transition, facts=facts, key=str(dice.random())) for p in parcels],
        actor=actor,
    )


async def cancel(scene: Scene, numbers: Sequence[str], dice: random.Random) -> None:
    await move([Move(subject=await scene.id_of(n), transition="cancel") for n in numbers], actor=XIAOHE)


async def allocate_again(scene: Scene, numbers: Sequence[str], dice: random.Random) -> None:
    ids = [await scene.id_of(number) for number in numbers]

    async def attempt() -> None:
        async with postgres.transaction() as tx:
            work = await Work.begin(tx, SYSTEM, ids, with_children_of=ids)
            standing = [
                order for order in map(work.subject, ids) if not flow("order").stage(order.stage).final
            ]
            if standing and len(work.subjects) < 12:
                await allocation.allocate(work, standing)
            await moves.finish(work)

    await retrying.retried(attempt)


async def split(scene: Scene, numbers: Sequence[str], dice: random.Random) -> None:
    parcels = [parcel for number in numbers for parcel in (await scene.parcels(number))[:1]]
    await splitting.split([splitting.wish(parcel, [{1: 1}]) for parcel in parcels], actor=AMIN)


async def change_lines(scene: Scene, numbers: Sequence[str], dice: random.Random) -> None:
    await scene.say(
        *(scene.whole(number, dice.randint(1, 5), remark=str(dice.random())) for number in numbers)
    )


async def tell_of_parcels(scene: Scene, numbers: Sequence[str], dice: random.Random) -> None:
    status = dice.choice(["collected", "in_transit", "signed", "lost"])
    event = {"status": status, "waybill": f"W{dice.randrange(10**9)}"}
    await scene.say(*({"order": scene.head(number), "shipments": [event]} for number in numbers[:1]))


async def tell_of_money(scene: Scene, numbers: Sequence[str], dice: random.Random) -> None:
    amount = dice.choice([1, 50, 300])
    await scene.say(
        *(
            {
                "order": scene.head(number),
                kind: [{"number": f"{kind}{dice.randrange(10**9)}", "amount": amount}],
            }
            for number in numbers
            for kind in ("payments", "refunds")
        )
    )


async def cancel_outside(scene: Scene, numbers: Sequence[str], dice: random.Random) -> None:
    await scene.say(*({"order": scene.head(number) | {"status": "cancelled"}} for number in numbers))


async def set_right(scene: Scene, numbers: Sequence[str], dice: random.Random) -> None:
    await correct(
        [Wish(order_id=await scene.id_of(n), remark=str(dice.random())) for n in numbers], actor=XIAOHE
    )


async def end_waiting(scene: Scene, numbers: Sequence[str], dice: random.Random) -> None:
    rows = await postgres.fetch(
        "select id from subjects where kind = 'message' and stage = 'waiting' limit 3"
    )
    ids = [row["id"] for row in rows]
    dice.shuffle(ids)
    if dice.random() < 0.5:
        await move([Move(subject=one, transition="dismiss") for one in ids], actor=XIAOHE)
    else:
        await replay(ids, actor=XIAOHE)


async def erase(scene: Scene, numbers: Sequence[str], dice: random.Random) -> None:
    await erasure.erase([await scene.id_of(number) for number in numbers], actor=SYSTEM, why="asked for")


async def sweep(scene: Scene, numbers: Sequence[str], dice: random.Random) -> None:
    await due.sweep()
    await counts.fold()


DEEDS: tuple[tuple[Deed, int], ...] = (
    (carry_parcels, 8),
    (cancel, 1),
    (allocate_again, 3),
    (split, 3),
    (change_lines, 5),
    (tell_of_parcels, 3),
    (tell_of_money, 3),
    (cancel_outside, 1),
    (set_right, 2),
    (end_waiting, 2),
    (erase, 1),
    (sweep, 1),
)


async def live(scene: Scene, seed: int, until: float) -> None:
    """One of the sixteen: does one thing after the other to some of the orders."""
    dice = random.Random(seed)
    deeds, weights = zip(*DEEDS, strict=True)
    while time.monotonic() < until:
        (deed,) = dice.choices(deeds, weights)
        numbers = dice.sample(scene.orders, dice.randint(1, 3))
        try:
            await deed(scene, numbers, dice)
            scene.done[deed.__name__] += 1
        except TryAgain:
            raise AssertionError(f"{deed.__name__} collided four times") from None
        except Refusal:
            scene.done["refused"] += 1
        if dice.random() < 0.2:
            scene.orders[dice.randrange(ORDERS)] = await scene.order()


@pytest_asyncio.fixture(loop_scope="session")
async def crowded() -> AsyncIterator[None]:
    """A database of its own, that 20 connections of this process use."""
    servers = Servers()
    async with elsewhere(await servers.new_database("embedded"), connections=20):
        yield
    servers.stop()


@pytest.fixture
def deadlocks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every deadlock the server speaks of, also one that a second try healed."""
    caught: list[str] = []
    monkeypatch.setattr(asyncpg.DeadlockDetectedError, "__init__", lambda _, *said: caught.append(str(said)))
    return caught


@pytest.mark.slow
@pytest.mark.timeout(SECONDS + 120)
@pytest.mark.usefixtures("crowded")
async def test_sixteen_ways_at_once_nobody_is_caught_in_a_deadlock(deadlocks: list[str]) -> None:
    async with await Channel.of_a_new_shop(await goods()) as channel:
        entrance = await shops.entrance(channel.shop_id)
    assert entrance is not None
    scene = Scene(entrance.shop)
    scene.orders = [await scene.order() for _ in range(ORDERS)]
    end = time.monotonic() + SECONDS
    async with asyncio.TaskGroup() as crowd:
        for seed in range(WAYS):
            crowd.create_task(live(scene, seed, end))
    print(dict(scene.done))
    assert all(scene.done[deed.__name__] for deed, _ in DEEDS)
    assert await _wrongly_rolled_up() == []
    assert (await verify()).findings == []
    assert deadlocks == []


async def _wrongly_rolled_up() -> list[str]:
    """Orders that do not stand where their least advanced parcel stands, or count other parcels than they have."""
    rows = await postgres.fetch(
        """select o.stage, o.reached, o.reached_of, array_agg(s.stage) filter (where s.stage is not null) as parcels
           from subjects o left join subjects s on s.parent_id = o.id where o.kind = 'order' group by o.id"""
    )
    return [str(dict(row)) for row in rows if not _is_rolled_up(row)]


def _is_rolled_up(order: Any) -> bool:
    of, parcel = flow("order"), flow("shipment")
    standing = [stage for stage in order["parcels"] or () if stage != "cancelled"]
    counted = (sum(parcel.stage(stage).final for stage in standing), len(standing))
    is_free = of.stage(order["stage"]).final or order["stage"] == "placed"
    stands = is_free or order["stage"] == rolled_up_stage(of, standing)
    return stands and (order["reached"], order["reached_of"]) == counted
