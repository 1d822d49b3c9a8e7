"""One whole order as JSON, with its parcels and what the caller may do with them."""

import msgspec
import pytest

from orderhub.delivery import api, examples
from orderhub.kernel import postgres
from tests.browsers import Program
from tests.people import token
from tests.placed import draft, placed, shipment_of, shop

pytestmark = pytest.mark.usefixtures("clean")


async def an_order() -> tuple[str, tuple[int, int, int]]:
    place = await shop()
    (order,) = await placed([draft(place)])
    return await postgres.fetchval("select number from orders where id = $1", order), place


async def test_an_order_is_told_whole_and_the_receiver_masked() -> None:
    number, _ = await an_order()
    async with Program(await token("service")) as program:
        answer = await program.get(f"/api/orders/{number}")
    told = answer.json()
    assert answer.status_code == 200, answer.text
    assert (told["head"]["number"], told["head"]["stage"], told["head"]["phone"]) == (
        number,
        "allocated",
        "138****2046",
    )
    assert "13812342046" not in answer.text
    assert [line["ordered"] for line in told["lines"]] == [2]
    assert (told["money"]["state"], told["money"]["due"]["amount_minor"]) == ("paid", 5600)
    assert {"order", "channel_order", "shipment", "payment"} == {one["scheme"] for one in told["numbers"]}
    assert told["timeline"] is None


async def test_the_timeline_comes_when_it_is_asked_for() -> None:
    number, _ = await an_order()
    async with Program(await token("service")) as program:
        told = (await program.get(f"/api/orders/{number}", params={"timeline": "true"})).json()
    assert {"opened", "money.booked", "move.pay"} <= {act["action"] for act in told["timeline"]["acts"]}


async def test_the_moves_it_offers_are_those_of_the_role_and_can_be_made() -> None:
    number, _ = await an_order()
    async with Program(await token("warehouse")) as program:
        (parcel,) = (await program.get(f"/api/orders/{number}")).json()["shipments"]
        offered = [move["transition"] for move in parcel["moves"]]
        wish = {"subject": parcel["subject"], "visit": parcel["visit"], "transition": offered[0]}
        (verdict,) = (await program.post("/api/moves", json=[wish])).json()
        (after,) = (await program.get(f"/api/orders/{number}")).json()["shipments"]
    assert offered == ["pick"]
    assert verdict["refused"] is None
    assert (after["stage"], after["visit"]) == ("picking", verdict["visit"])
    assert after["moves"] == [{"transition": "pack", "asks": []}]


async def test_an_order_out_of_reach_looks_like_none() -> None:
    number, place = await an_order()
    async with Program(await token("service", shops=[place[0] + 1])) as program:
        theirs, nobodys = [await program.get(f"/api/orders/{one}") for one in (number, "OH-0")]
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.json()["code"] == nobodys.json()["code"] == "not_found"


async def test_the_example_is_of_the_shape_that_is_answered() -> None:
    number, _ = await an_order()
    async with Program(await token("admin")) as program:
        told = (await program.get(f"/api/orders/{number}")).json()
    assert msgspec.to_builtins(msgspec.convert(examples.WHOLE, api.WholeOrder)).keys() == told.keys()
    assert examples.WHOLE["head"].keys() == told["head"].keys()
    assert examples.WHOLE["shipments"][0].keys() == told["shipments"][0].keys()
    assert examples.WHOLE["lines"][0].keys() == told["lines"][0].keys()
    assert await shipment_of(told["subject"])
