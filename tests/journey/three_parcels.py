"""The cast of the journey: an order of three things in three parcels, and what may befall them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from orderhub.delivery import splitting
from orderhub.journey import links
from orderhub.kernel import clock, due, postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.moves import Move, move
from tests.placed import draft, placed, shop

NAMES = ("机油滤清器", "刹车油 DOT4", "火花塞")


async def three_parcels(number: str = "69334102887051") -> UUID:
    """Place and pay an order of three things, and split it into three parcels."""
    one = draft(await shop(f"禾木车品 {number[-2:]}"), number, pieces=5)
    (line,) = one.lines
    lines = tuple(
        msgspec.structs.replace(line, name=name, quantity=n, pieces=n, amount_minor=2800 * n)
        for name, n in zip(NAMES, (2, 2, 1), strict=True)
    )
    (order,) = await placed([msgspec.structs.replace(one, lines=lines, placed_at=clock.now())])
    (shipment,) = await parcels(order)
    (verdict,) = await splitting.split([splitting.wish(shipment, [{2: 2}, {3: 1}])], actor=SYSTEM)
    assert verdict.refused is None
    return order


async def busy_order() -> UUID:
    """An order with everything on its page at once: stuck, at the door, lost and split."""
    order = await three_parcels()
    one, two, three = await parcels(order)
    await age(order, hours(20))
    await go(one, "deliver", waybill="SF1029338444471", carrier="顺丰速运")
    await go(three, "lose", waybill="771200481190", carrier="中通")
    await age(order, hours(3))
    await be_late(two)
    return order


async def parcels(order: UUID) -> list[UUID]:
    """Return the parcels of an order by their numbers."""
    rows = await postgres.fetch("select id from shipments where order_id = $1 order by number", order)
    return [row["id"] for row in rows]


async def go(parcel: UUID, *transitions: str, **facts: Any) -> None:
    """Move a parcel; what nobody asked for is said by the carrier."""
    for transition in transitions:
        (verdict,) = await move([Move(subject=parcel, transition=transition, facts=facts)], actor=SYSTEM)
        assert verdict.refused is None, verdict


async def be_late(parcel: UUID, *, since: timedelta = timedelta(hours=5, minutes=12)) -> None:
    """Let a parcel stand for longer than it should, as if everything had begun earlier, and mark it as the worker does."""
    earlier = since + timedelta(hours=1)
    await postgres.execute(
        """update visits set entered_at = entered_at - $2::interval, left_at = left_at - $2::interval
           where subject_id = $1 or subject_id = (select root_id from subjects where id = $1)""",
        *(parcel, earlier),
    )
    await postgres.execute(
        "update visits set due_at = $2 where subject_id = $1 and left_at is null",
        *(parcel, clock.now() - since),
    )
    await due.sweep()


async def link_of(order: UUID) -> str:
    """Return the path of an order's link."""
    async with postgres.transaction() as tx:
        return links.PREFIX + links.token(await links.of(tx, order))


async def age(order: UUID, by: timedelta) -> None:
    """Let everything that has happened to an order have happened earlier."""
    await postgres.execute(
        """update visits set entered_at = entered_at - $2::interval, left_at = left_at - $2::interval,
               due_at = due_at - $2::interval where root_id = $1""",
        *(order, by),
    )
    await postgres.execute("update orders set placed_at = placed_at - $2::interval where id = $1", order, by)


def hours(n: float) -> timedelta:
    return timedelta(hours=n)
