"""The order list: every way to narrow it, alone and together, finds what a look at all orders finds."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import msgspec
import pytest

from orderhub.kernel import clock, due, postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.moves import Move, move
from orderhub.orders import listing
from orderhub.orders.finding import Filters, Reach
from tests.placed import PLACED_AT, WANG, draft, placed, shipment_of, shop

pytestmark = pytest.mark.usefixtures("clean")

LI = msgspec.structs.replace(WANG, name="李雷", phone="13912348888")
PICKER = Actor(kind="person", id="person:7", name="阿敏", roles=frozenset({"warehouse"}))
EVERYWHERE = Reach(shops=None, warehouses=None)


async def place_many() -> tuple[list[int], list[int]]:
    """120 orders in three shops, of two warehouses or none, a third of them unpaid, two buyers; some late, some at one time."""
    places = [await shop(name) for name in ("天猫", "抖音", "京东")]
    drafts = []
    for n in range(120):
        shop_id, warehouse, sku = places[n % 3]
        made = draft((shop_id, warehouse, sku), f"N{n}")
        at = PLACED_AT + timedelta(minutes=n // 2)
        house = (warehouse, places[(n + 1) % 3][1], None)[n % 5 % 3]
        drafts.append(
            msgspec.structs.replace(made, placed_at=at, warehouse_id=house, receiver=LI if n % 4 else WANG)
        )
    await placed([d for n, d in enumerate(drafts) if n % 3 != n % 2])
    await placed([d for n, d in enumerate(drafts) if n % 3 == n % 2], paid=False)
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        await due.sweep()
    return [place[0] for place in places], [place[1] for place in places]


async def everything() -> list[dict[str, Any]]:
    """All orders, newest first, as rows of plain values."""
    rows = await postgres.fetch("""
        select s.*, r.masked_name, exists (select from visits v where v.root_id = s.id and v.left_at is null
                                           and v.late_at is not null) as is_late
        from subjects s join receivers r on r.order_id = s.id order by s.opened_at desc, s.id desc""")
    return [dict(row) for row in rows]


async def listed(filters: Filters, reach: Reach = EVERYWHERE) -> list[Any]:
    """The ids of every page, one after the other."""
    ids: list[Any] = []
    after = None
    async with postgres.transaction(snapshot=True) as tx:
        while True:
            page = await listing.find(tx, filters, reach, after=after)
            ids += [row.id for row in page.rows]
            after = page.after
            if after is None:
                return ids


def matches(filters: Filters, reach: Reach) -> Callable[[dict[str, Any]], bool]:
    def is_asked(row: dict[str, Any]) -> bool:
        return (
            (reach.shops is None or row["shop_id"] in reach.shops)
            and (reach.warehouses is None or row["warehouse_id"] in reach.warehouses | {None})
            and filters.stage in (None, row["stage"])
            and filters.shop in (None, row["shop_id"])
            and filters.warehouse in (None, row["warehouse_id"])
            and (filters.since is None or row["opened_at"] >= filters.since)
            and (filters.until is None or row["opened_at"] < filters.until)
            and (not filters.late or row["is_late"])
            and (not filters.q or row["masked_name"] == "李**")
        )

    return is_asked


async def test_every_combination_finds_what_a_look_at_all_orders_finds() -> None:
    shops, houses = await place_many()
    rows = await everything()
    assert len({row["stage"] for row in rows}) == 3
    assert 0 < sum(row["is_late"] for row in rows) < len(rows)
    since, until = PLACED_AT + timedelta(minutes=9), PLACED_AT + timedelta(minutes=50)
    asked = [
        Filters(q=q, stage=stage, late=late, shop=shop, warehouse=house, since=start, until=end)
        for q, stage, late, shop, house, (start, end) in product(
            ("", "李雷"), (None, "placed"), (False, True), (None, shops[0]), (None, houses[0]),
            ((None, None), (since, until)),
        )
    ]  # fmt: skip
    for filters in asked:
        for reach in (EVERYWHERE, Reach(shops=frozenset(shops[:2]), warehouses=frozenset(houses[:1]))):
            expected = [row["id"] for row in rows if matches(filters, reach)(row)]
            assert await listed(filters, reach) == expected, (filters, reach)


@pytest.mark.parametrize("q", ["8888", "13912348888", "李雷", "139 1234 8888"])
async def test_a_buyer_of_many_orders_is_found_page_by_page(q: str) -> None:
    await place_many()
    assert len(await listed(Filters(q=q))) == 90


async def test_somebody_who_reaches_nothing_finds_nothing() -> None:
    await place_many()
    nowhere = Reach(shops=frozenset(), warehouses=None)
    assert await listed(Filters(), nowhere) == []
    assert await listed(Filters(q="李雷"), nowhere) == []
    assert await listed(Filters(shop=99), Reach(shops=frozenset({1, 2}), warehouses=None)) == []


async def test_whoever_reaches_very_many_places_sees_the_same_list() -> None:
    shops, houses = await place_many()
    many = Reach(
        shops=frozenset({*shops, *range(900_000, 900_100)}),
        warehouses=frozenset({*houses[:1], *range(900_000, 900_100)}),
    )
    expected = [row["id"] for row in await everything() if row["warehouse_id"] in (None, houses[0])]
    assert await listed(Filters(), many) == expected


async def test_an_order_is_late_while_a_parcel_of_it_is() -> None:
    (order,) = await placed([draft(await shop())])
    shipment = await shipment_of(order)
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert await due.sweep() == 1
        assert await listed(Filters(late=True)) == [order]
        await move([Move(subject=shipment, transition="pick")], actor=PICKER)
        assert await listed(Filters(late=True)) == []
