"""Splitting: one parcel becomes several, nothing is lost on the way, and the order waits for the last of them."""

from uuid import UUID

import msgspec
import pytest

from orderhub.delivery import splitting
from orderhub.delivery.refusals import AlreadySplit
from orderhub.kernel import postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.moves import Move, finish, move
from orderhub.kernel.work import Work
from orderhub.orders import contents
from orderhub.orders.drafts import OrderDraft, Revision
from orderhub.proof import verify
from tests.people import acting, hire
from tests.placed import draft, placed, shipment_of, shop

pytestmark = pytest.mark.usefixtures("clean")


async def ordered(*pieces: int) -> tuple[UUID, OrderDraft]:
    """A paid order with a line of so many pieces each."""
    one = draft(await shop(), pieces=sum(pieces))
    (line,) = one.lines
    lines = tuple(
        msgspec.structs.replace(line, name=f"零件 {n}", quantity=n, pieces=n, amount_minor=2800 * n)
        for n in pieces
    )
    one = msgspec.structs.replace(one, lines=lines)
    (order,) = await placed([one])
    return order, one


async def parcels(order: UUID) -> list[tuple[str, dict[int, int]]]:
    rows = await postgres.fetch(
        """select p.number, l.line_no, l.pieces from shipments p join shipment_lines l on l.shipment_id = p.id
           where p.order_id = $1 order by p.number, l.line_no""",
        order,
    )
    found: dict[str, dict[int, int]] = {}
    for row in rows:
        found.setdefault(row["number"].rpartition("-")[2], {})[row["line_no"]] = row["pieces"]
    return sorted(found.items())


async def test_every_piece_is_in_exactly_one_parcel_and_the_order_waits_for_all_of_them() -> None:
    order, _ = await ordered(5, 2)
    shipment = await shipment_of(order)
    (verdict,) = await splitting.split([splitting.wish(shipment, [{1: 2}, {1: 1, 2: 2}])], actor=SYSTEM)
    assert verdict.refused is None
    assert await parcels(order) == [("1", {1: 2}), ("2", {1: 2}), ("3", {1: 1, 2: 2})]
    assert await postgres.fetchval("select reached_of from subjects where id = $1", order) == 3


async def test_the_ledger_explains_every_parcel() -> None:
    order, _ = await ordered(5, 2)
    await splitting.split([splitting.wish(await shipment_of(order), [{1: 2}])], actor=SYSTEM)
    assert (await verify.verify()).findings == []


async def test_the_same_wish_twice_splits_once() -> None:
    order, _ = await ordered(4)
    wish = splitting.wish(await shipment_of(order), [{1: 1}], key="once")
    first = await splitting.split([wish], actor=SYSTEM)
    assert await splitting.split([wish], actor=SYSTEM) == first
    assert await parcels(order) == [("1", {1: 3}), ("2", {1: 1})]


@pytest.mark.parametrize(
    "parts", [[], [{}], [{1: 5}], [{1: 0}], [{1: -1}], [{1: 6}], [{2: 1}], [{1: 3}, {1: 2}]]
)
async def test_a_split_that_does_not_add_up_is_refused(parts: list[dict[int, int]]) -> None:
    order, _ = await ordered(5)
    (verdict,) = await splitting.split([splitting.wish(await shipment_of(order), parts)], actor=SYSTEM)
    assert verdict.refused == "not_splittable"
    assert await parcels(order) == [("1", {1: 5})]


async def test_what_is_being_picked_stays_whole() -> None:
    order, _ = await ordered(5)
    shipment = await shipment_of(order)
    picker = acting(await hire("amin", "warehouse"), "warehouse")
    await move([Move(subject=shipment, transition="pick")], actor=picker)
    (verdict,) = await splitting.split([splitting.wish(shipment, [{1: 1}])], actor=SYSTEM)
    assert verdict.refused == "not_splittable"


async def test_a_picker_may_split_and_sales_may_not() -> None:
    order, _ = await ordered(5)
    wish = splitting.wish(await shipment_of(order), [{1: 1}])
    sales = acting(await hire("mai", "sales"), "sales")
    assert (await splitting.split([wish], actor=sales))[0].refused == "not_allowed"
    picker = acting(await hire("amin", "warehouse"), "warehouse")
    assert (await splitting.split([wish], actor=picker))[0].refused is None


async def test_other_lines_for_an_order_in_several_parcels_are_for_a_person_to_decide() -> None:
    order, one = await ordered(5)
    await splitting.split([splitting.wish(await shipment_of(order), [{1: 1}])], actor=SYSTEM)
    (line,) = one.lines
    fewer = msgspec.structs.replace(line, quantity=4, pieces=4, amount_minor=11_200)
    with pytest.raises(AlreadySplit):
        async with postgres.transaction() as tx:
            work = await Work.begin(tx, SYSTEM, [order], with_children_of=[order])
            await contents.revise(work, [Revision(order_id=order, lines=(fewer,))])
            await finish(work)
    assert await parcels(order) == [("1", {1: 4}), ("2", {1: 1})]


async def test_a_cancelled_order_cancels_every_parcel_of_it() -> None:
    order, _ = await ordered(5)
    await splitting.split([splitting.wish(await shipment_of(order), [{1: 1}])], actor=SYSTEM)
    await move([Move(subject=order, transition="cancel")], actor=SYSTEM)
    rows = await postgres.fetch("select stage from subjects where parent_id = $1", order)
    assert [row["stage"] for row in rows] == ["cancelled", "cancelled"]
