"""Moves: one transaction for a batch, each item with its own verdict."""

import asyncio
from uuid import UUID

import pytest

from orderhub.kernel import postgres
from orderhub.kernel.actors import SYSTEM, Actor
from orderhub.kernel.moves import Move, Verdict, move
from tests.placed import draft, placed, shipment_of, shop

AMIN = Actor(kind="person", id="person:1", name="阿敏", roles=frozenset({"warehouse"}))
XIAOHE = Actor(kind="person", id="person:2", name="小禾", roles=frozenset({"service"}))

pytestmark = [pytest.mark.every_server, pytest.mark.usefixtures("clean")]


async def one(subject: UUID, transition: str, actor: Actor = AMIN, **more: object) -> Verdict:
    return (await move([Move(subject=subject, transition=transition, **more)], actor=actor))[0]  # type: ignore[arg-type]


async def stage(subject: UUID) -> str:
    return str(await postgres.fetchval("select stage from subjects where id = $1", subject))


async def test_a_paid_order_is_allocated_and_follows_its_shipment() -> None:
    (order,) = await placed([draft(await shop())])
    shipment = await shipment_of(order)
    assert await stage(order) == "allocated"
    assert (await one(shipment, "pick")).stage == "picking"
    assert (await one(shipment, "pack")).stage == "packed"
    assert (await one(shipment, "collect", facts={"waybill": "SF1029"})).stage == "collected"
    assert await stage(order) == "collected"
    assert (await one(shipment, "sign", actor=SYSTEM)).stage == "signed"
    row = await postgres.fetchrow("select stage, reached, reached_of from subjects where id = $1", order)
    assert tuple(row or ()) == ("signed", 1, 1)


async def test_a_move_for_a_visit_that_is_over_is_refused_with_where_the_subject_is_now() -> None:
    (order,) = await placed([draft(await shop())])
    shipment = await shipment_of(order)
    visit = await postgres.fetchval("select visit_id from subjects where id = $1", shipment)
    await one(shipment, "pick", visit=visit)
    again = await one(shipment, "pick", visit=visit)
    assert (again.refused, again.data) == ("visit_over", {"stage": "picking"})


async def test_a_repeated_key_gets_the_first_verdict_and_another_request_under_it_is_refused() -> None:
    (order,) = await placed([draft(await shop())])
    shipment = await shipment_of(order)
    first = await one(shipment, "pick", key="k1")
    assert await one(shipment, "pick", key="k1") == first
    assert (await one(shipment, "pack", key="k1")).refused == "key_reused"
    entries = await postgres.fetchval("select count(*) from ledger where stream = $1", f"subject:{shipment}")
    assert entries == 2


async def test_a_key_that_comes_twice_in_one_batch_is_done_once() -> None:
    (order,) = await placed([draft(await shop())])
    shipment = await shipment_of(order)
    wish = Move(subject=shipment, transition="pick", key="k1")
    first, again, other, alone = await move(
        [
            wish,
            wish,
            Move(subject=shipment, transition="pack", key="k1"),
            Move(subject=shipment, transition="pack"),
        ],
        actor=AMIN,
    )
    assert first.stage == "picking"
    assert again == first
    assert (other.refused, alone.stage) == ("key_reused", "packed")
    assert await move([wish], actor=AMIN) == [first]


async def test_roles_and_reach_decide_who_moves() -> None:
    (order,) = await placed([draft(await shop())])
    shipment = await shipment_of(order)
    assert (await one(shipment, "pick", actor=XIAOHE)).refused == "not_allowed"
    elsewhere = Actor(
        kind="person", id="person:3", name="别仓", roles=frozenset({"warehouse"}), warehouses=frozenset({99})
    )
    assert (await one(shipment, "pick", actor=elsewhere)).refused == "not_found"


async def test_a_batch_holds_good_and_bad_and_the_same_subject_twice() -> None:
    place = await shop()
    orders = await placed([draft(place, f"N{n}") for n in range(20)])
    shipments = [await shipment_of(order) for order in orders]
    wishes = [Move(subject=s, transition="pick") for s in shipments]
    wishes += [
        Move(subject=shipments[0], transition="pack"),
        Move(subject=shipments[1], transition="collect"),
    ]
    verdicts = await move(wishes, actor=AMIN)
    assert [v.stage for v in verdicts[:21]] == ["picking"] * 20 + ["packed"]
    assert verdicts[21].refused == "not_allowed"  # only a carrier may say so of what is not packed
    assert await stage(orders[0]) == "packed"


async def test_a_cancelled_order_takes_its_shipments_with_it_until_one_is_collected() -> None:
    place = await shop()
    first, second = await placed([draft(place, "A"), draft(place, "B")])
    assert (await one(first, "cancel", actor=XIAOHE, why="客户来电")).stage == "cancelled"
    assert await stage(await shipment_of(first)) == "cancelled"
    await one(await shipment_of(second), "collect", actor=SYSTEM)
    assert (await one(second, "cancel", actor=XIAOHE)).refused == "no_such_move"


async def test_every_count_is_the_sum_of_what_stands_there() -> None:
    place = await shop()
    orders = await placed([draft(place, f"N{n}") for n in range(5)])
    await one(await shipment_of(orders[0]), "pick")
    await one(orders[1], "cancel", actor=XIAOHE)
    told = await postgres.fetch(
        "select kind, stage, sum(delta)::int as n from stage_deltas where measure = 'open' group by 1, 2"
    )
    there = await postgres.fetch("select kind, stage, count(*)::int as n from subjects group by 1, 2")
    assert {tuple(row) for row in told if row["n"]} == {tuple(row) for row in there}


async def test_a_long_list_that_comes_twice_at_once_is_done_once_and_told_alike() -> None:
    place = await shop()
    orders = await placed([draft(place, f"N{number}") for number in range(120)])
    wishes = [Move(subject=await shipment_of(order), transition="pick", key=str(order)) for order in orders]
    first, second = await asyncio.gather(move(wishes, actor=AMIN), move(wishes, actor=AMIN))
    assert [verdict.stage for verdict in first] == ["picking"] * 120
    assert second == first
    assert await postgres.fetchval("select count(*) from write_keys") == 120
