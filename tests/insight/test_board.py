"""The operations board: what it says is late, for whoever looks."""

from datetime import timedelta

import msgspec
import pytest

from orderhub.insight import board, figures
from orderhub.kernel import clock, due, postgres
from orderhub.kernel.views import Scope
from tests.placed import draft, placed, shop

pytestmark = pytest.mark.usefixtures("clean")

EVERYWHERE = Scope(shops=None, warehouses=None)


async def late_orders() -> tuple[list[int], list[str]]:
    """Three paid orders of two shops that wait for a warehouse, late one after the other; their shops and numbers."""
    places = [await shop("天猫"), await shop("抖音")]
    start, ids = clock.now(), []
    for n, place in enumerate((places[0], places[1], places[0])):
        with clock.frozen(start + timedelta(minutes=n)):
            ids += await placed([msgspec.structs.replace(draft(place, f"N{n}"), warehouse_id=None)])
    with clock.frozen(start + timedelta(minutes=40)):
        await due.sweep()
    numbers = {row["id"]: row["number"] for row in await postgres.fetch("select id, number from orders")}
    return [place[0] for place in places], [numbers[order] for order in ids]


async def shown(scope: Scope) -> tuple[list[str], int]:
    async with postgres.transaction(snapshot=True) as tx:
        late = await board.late_ones(tx, scope)
    return [one.number for one in late.rows], late.more


async def test_the_longest_late_comes_first_within_reach() -> None:
    (tmall, douyin), (first, second, third) = await late_orders()
    assert await shown(EVERYWHERE) == ([first, second, third], 0)
    assert await shown(Scope(frozenset({tmall}), None)) == ([first, third], 0)
    assert await shown(Scope(frozenset({tmall, douyin}), frozenset())) == ([first, second, third], 0)
    assert await shown(Scope(frozenset(), None)) == ([], 0)


async def test_more_late_ones_than_shown_are_told_as_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    _, (first, second, _) = await late_orders()
    monkeypatch.setattr(board, "_ROWS", 2)
    assert await shown(EVERYWHERE) == ([first, second], 1)


async def test_today_is_compared_with_the_same_hours_of_yesterday() -> None:
    place = await shop()
    noon = clock.now().replace(hour=4, minute=0, second=0, microsecond=0)  # noon in Shanghai
    for hours, orders in ((-25, 1), (-23, 5), (0, 2)):
        with clock.frozen(noon + timedelta(hours=hours)):
            await placed([draft(place, f"N{hours}.{n}") for n in range(orders)])
    with clock.frozen(noon + timedelta(minutes=10)):
        async with postgres.transaction(snapshot=True) as tx:
            today = (await figures.figures(tx, EVERYWHERE)).tiles[0]
    assert today.value == 2
    assert today.note is not None
    assert today.note.data == {"percent": "+100%"}
