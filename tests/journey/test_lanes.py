"""The drawing: every lane begins where its parcel does and ends where it is now, whatever has happened."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from orderhub.journey.shown import Journey, journey
from orderhub.journey.tracks import tracks
from orderhub.kernel import clock, postgres
from orderhub.rendering.catalogue import words
from tests.journey.three_parcels import age, be_late, go, hours, parcels, three_parcels
from tests.placed import draft, placed, shop

pytestmark = pytest.mark.usefixtures("clean")


async def drawn(order: UUID) -> Journey:
    async with postgres.transaction(snapshot=True) as tx:
        told = await tracks(tx, order, words("en"), now=clock.now())
    return journey(told, expires_at=None)


def marks(page: Journey) -> list[tuple[str, ...]]:
    """The rows of the drawing, newest first, a cell a lane."""
    return [tuple(lane.cells[row].marks for lane in page.lanes) for row in range(len(page.rows))]


def whats(page: Journey) -> Sequence[str]:
    return [row.what.key.removeprefix("journey.") for row in page.rows]


async def test_an_order_without_parcels_is_one_lane() -> None:
    (order,) = await placed([draft(await shop())], paid=False)
    page = await drawn(order)
    assert whats(page) == ["event.placed"]
    assert marks(page) == [("d top now end",)]


async def test_a_lane_runs_from_the_order_to_where_its_parcel_is() -> None:
    (order,) = await placed([draft(await shop())])
    (one,) = await parcels(order)
    await age(order, hours(3))
    await go(one, "collect", waybill="SF1")
    page = await drawn(order)
    assert whats(page) == ["shipment.collected", "event.begun_at", "event.paid", "event.placed"]
    assert marks(page) == [("d top now",), ("d",), ("d",), ("d end",)]


async def test_parcels_that_split_off_fork_from_the_first_lane_and_what_is_there_stands_still() -> None:
    order = await three_parcels()
    await age(order, hours(0.5))
    one, _, three = await parcels(order)
    await go(one, "collect", waybill="SF1")
    await age(order, hours(0.5))
    await go(three, "deliver", "sign", waybill="SF3")
    page = await drawn(order)
    assert whats(page)[:2] == ["shipment.signed", "shipment.out_for_delivery"]
    assert marks(page)[0] == ("o", "o", "d top")
    assert marks(page)[2] == ("d top now", "o", "")
    forks = next(row for row in marks(page) if "f2" in row[2])
    assert forks[1] == "f1 d top now"


async def test_what_is_stuck_is_dotted_from_when_its_time_was_over() -> None:
    order = await three_parcels()
    one, two, _ = await parcels(order)
    await age(order, hours(1))
    await go(two, "collect", waybill="SF2", carrier="中通")
    await be_late(two)
    await go(one, "collect", waybill="SF1")
    page = await drawn(order)
    assert whats(page)[:2] == ["event.waits", "shipment.collected"]
    assert marks(page)[:2] == [("o", "d top now x", "o"), ("d top now", "x", "o")]
    missed = whats(page).index("event.missed")
    assert marks(page)[missed][1] == "d"
    assert "x" not in marks(page)[missed + 1][1]
    assert [lane.tone for lane in page.lanes] == ["ship", "bad", "shop"]
    assert [row.is_now for row in page.rows][:2] == [True, False]


async def test_a_closed_order_ends_every_lane() -> None:
    order = await three_parcels()
    for parcel in await parcels(order):
        await go(parcel, "deliver", "sign")
    await go(order, "close")
    page = await drawn(order)
    assert whats(page)[0] == "order.closed"
    assert marks(page)[0] == ("d top",) * 3
    assert page.answer.key == "journey.order.closed"


async def test_the_bar_of_holders_is_whole_and_is_that_of_the_slowest() -> None:
    order = await three_parcels()
    await age(order, hours(10))
    one, _, three = await parcels(order)
    for parcel in (one, three):
        await go(parcel, "collect", waybill=f"SF{parcel}")
    await age(order, hours(2))
    page = await drawn(order)
    assert page.parts_of == 2
    assert round(sum(part.width for part in page.parts)) == 100
    assert [part.tone for part in page.parts] == ["bad"]
