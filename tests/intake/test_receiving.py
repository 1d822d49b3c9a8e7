"""Receiving: every signed message is kept, and applied where that is possible, once."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

from orderhub import house as house
from orderhub.accounts import shops
from orderhub.accounts.shops import Shop
from orderhub.delivery import splitting
from orderhub.intake.received import Outcome, Received
from orderhub.intake.receiving import arrived, receive, receive_alone
from orderhub.intake.replay import replay
from orderhub.kernel import clock, postgres
from orderhub.kernel.actors import SYSTEM, Actor
from orderhub.kernel.errors import VisitOver
from orderhub.kernel.moves import Move, move
from orderhub.kernel.pool import DatabaseBusy
from orderhub.proof.verify import verify
from tests.browsers import Browser
from tests.people import hire
from tests.placed import shop

pytestmark = [pytest.mark.every_server, pytest.mark.usefixtures("clean")]

AMIN = Actor(kind="person", id="person:2", name="阿敏", roles=frozenset({"warehouse"}))
LAOZHOU = Actor(kind="person", id="person:1", name="老周", roles=frozenset({"operations"}))
NOON = datetime(2026, 11, 11, 4, 0, tzinfo=UTC)
NUMBER = "00900719925474099312"
ORDER: dict[str, Any] = {
    "number": NUMBER,
    "placed_at": "2026-11-11T04:00:00Z",
    "status": "placed",
    "currency": "CNY",
    "amounts": {"goods": 5600, "discount": 0, "shipping": 0, "total": 5600},
    "lines": [{"sku": "W712", "name": "机油滤清器", "quantity": 2, "unit_price": 2800, "amount": 5600}],
    "receiver": {"name": "王小明", "phone": "13812342046", "province": "江苏省", "address": "星湖街 1 号"},
}


async def our_shop() -> Shop:
    shop_id, _, sku_id = await shop()
    await postgres.execute(
        "insert into listings (shop_id, outside_sku, sku_id, quantity) values ($1, 'W712', $2, 1)",
        shop_id,
        sku_id,
    )
    entrance = await shops.entrance(shop_id)
    assert entrance is not None
    return entrance.shop


def at(minutes: int) -> str:
    return (NOON + timedelta(minutes=minutes)).isoformat()


def told(minutes: int = 0, **said: Any) -> bytes:
    """A whole order as the channel tells it, that many minutes after noon."""
    return msgspec.json.encode({"order": ORDER | {"updated_at": at(minutes)} | said})


def partial(minutes: int, **said: Any) -> bytes:
    """A message that names the order, and only tells of its money or its parcels."""
    return msgspec.json.encode({"order": {"number": NUMBER, "updated_at": at(minutes)}} | said)


PAID = partial(1, payments=[{"number": "P1", "amount": 5600, "at": at(1)}])
REFUNDED = partial(9, refunds=[{"number": "R1", "amount": 600, "at": at(9)}])
SIGNED = partial(8, shipments=[{"waybill": "SF1", "carrier": "SF", "status": "signed", "at": at(8)}])


async def send(to: Shop, *bodies: bytes, first: int = 0) -> list[Outcome]:
    now = clock.now()
    return await receive(
        [arrived(to, outside_id=f"m{first + n}", body=b, at=now) for n, b in enumerate(bodies)]
    )


def states(outcomes: Sequence[Outcome]) -> list[str]:
    return [outcome.state for outcome in outcomes]


async def standing() -> list[tuple[str, str]]:
    rows = await postgres.fetch("select kind, stage from subjects order by kind, stage")
    return [(row["kind"], row["stage"]) for row in rows]


async def test_a_whole_order_then_its_payment_is_an_order_in_the_warehouse() -> None:
    to = await our_shop()
    assert states(await send(to, told())) == ["applied"]
    assert states(await send(to, PAID, first=5)) == ["applied"]
    assert await standing() == [("order", "allocated"), ("shipment", "allocated")]
    row = await postgres.fetchrow("select channel_number, total_minor, paid_minor from orders")
    assert tuple(row or ()) == (NUMBER, 5600, 5600)
    assert (await verify()).findings == []


async def test_the_same_message_twice_is_told_the_same_and_changes_nothing() -> None:
    to = await our_shop()
    first = await send(to, told(), PAID)
    entries = await postgres.fetchval("select count(*) from ledger")
    assert await send(to, told(), PAID) == first
    assert states(await send(to, told(), PAID, first=7)) == ["unchanged", "unchanged"]
    assert await postgres.fetchval("select count(*) from ledger") == entries


async def test_a_payment_before_its_order_waits_and_is_applied_by_the_order() -> None:
    to = await our_shop()
    (early,) = await send(to, PAID)
    assert (early.state, early.reasons[0].code) == ("waiting", "unknown_order")
    assert await standing() == [("message", "waiting")]
    await send(to, told(), first=3)
    assert await standing() == [("message", "replayed"), ("order", "allocated"), ("shipment", "allocated")]
    assert (await verify()).findings == []


async def test_older_news_after_newer_does_not_bring_the_old_back() -> None:
    to = await our_shop()
    await send(to, told(5, remark="放门卫"), told(2, remark="先打电话"))
    assert await postgres.fetchval("select remark from orders") == "放门卫"


async def test_a_signed_parcel_moves_the_order_and_a_refund_is_a_row() -> None:
    to = await our_shop()
    await send(to, told(), PAID, SIGNED, REFUNDED)
    assert await standing() == [("order", "signed"), ("shipment", "signed")]
    assert await postgres.fetchval("select refunded_minor from orders") == 600
    assert (await verify()).findings == []


async def test_a_cancelled_order_takes_its_parcel_along() -> None:
    to = await our_shop()
    await send(to, told(), PAID, told(3, status="cancelled"))
    assert await standing() == [("order", "cancelled"), ("shipment", "cancelled")]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{broken", "unreadable"),
        (told(lines=[{"sku": "NOPE", "quantity": 2, "amount": 5600}]), "unknown_sku"),
        (told(status="frozen"), "unknown_status"),
        (told(currency="USD"), "unknown_currency"),
        (told(amounts={"goods": 5600, "total": 1}), "amounts_do_not_add_up"),
        (SIGNED, "unknown_order"),
    ],
    ids=["unreadable", "sku", "status", "currency", "amounts", "shipment of an unknown order"],
)
async def test_what_cannot_be_applied_is_kept_with_the_reason(body: bytes, code: str) -> None:
    to = await our_shop()
    (outcome,) = await send(to, body)
    assert (outcome.state, outcome.reasons[0].code) == ("waiting", code)
    assert await standing() == [("message", "waiting")]
    row = await postgres.fetchrow("select state, reasons from messages")
    assert row is not None
    assert (row["state"], row["reasons"][0]["code"]) == ("waiting", code)


async def test_one_bad_message_does_not_keep_its_neighbours_back() -> None:
    to = await our_shop()
    assert states(await send(to, b"{broken", told(), PAID)) == ["waiting", "applied", "applied"]


async def test_a_message_no_batch_could_take_is_kept_alone() -> None:
    to = await our_shop()
    one = arrived(to, outside_id="m1", body=told(), at=clock.now())
    outcome = await receive_alone(one, RuntimeError("anything"))
    assert (outcome.state, outcome.reasons[0].code) == ("waiting", "fault")
    assert await receive_alone(one, RuntimeError("anything")) == outcome


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.AdminShutdownError("terminating connection due to administrator command"),
        asyncpg.DiskFullError("could not extend file"),
        DatabaseBusy(waited_seconds=15, connections=10),
    ],
)
async def test_a_message_is_not_blamed_for_a_database_that_was_away(error: Exception) -> None:
    one = arrived(await our_shop(), outside_id="m1", body=told(), at=clock.now())
    assert (await receive_alone(one, error)).state == "applied"
    assert (await receive_alone(one, error)).state == "applied"
    assert await postgres.fetchval("select count(*) from orders") == 1


async def test_while_the_database_is_still_away_a_message_is_not_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = arrived(await our_shop(), outside_id="m1", body=told(), at=clock.now())
    away = asyncpg.CannotConnectNowError("the database system is starting up")

    def transaction(*, holding: Collection[str]) -> None:
        raise away

    with monkeypatch.context() as gone:
        gone.setattr(postgres, "transaction", transaction)
        with pytest.raises(asyncpg.CannotConnectNowError):
            await receive_alone(one, away)
    assert await postgres.fetchval("select count(*) from messages") == 0


async def test_the_same_id_with_another_body_is_kept_for_a_person() -> None:
    to = await our_shop()
    await send(to, told())
    (other,) = await send(to, told(4, remark="另一条"))
    assert (other.state, other.reasons[0].code) == ("waiting", "message_id_reused")


async def test_an_id_used_twice_takes_nothing_from_the_first_and_is_kept_once() -> None:
    to = await our_shop()
    first, second = told(), told(4, remark="另一条")
    (heard,) = await send(to, first)
    (other,) = await send(to, second)
    assert await send(to, second) == [other]
    assert await send(to, first) == [heard]
    assert await postgres.fetchval("select count(*) from messages") == 2


async def test_an_id_used_twice_at_the_same_time_is_told_apart_by_what_was_said() -> None:
    to = await our_shop()
    now = clock.now()
    first, second = (
        arrived(to, outside_id="m0", body=body, at=now) for body in (told(), told(4, remark="另"))
    )
    assert states(await receive([first, second])) == ["applied", "waiting"]
    assert states(await receive([second, first])) == ["waiting", "applied"]
    assert await postgres.fetchval("select count(*) from messages") == 2


async def test_batches_too_large_to_lock_their_names_that_tell_of_the_same_orders_find_one_another() -> None:
    to = await our_shop()
    numbers = [f"N{number}" for number in range(120)]

    def batch(minutes: int) -> list[Received]:
        bodies = [told(minutes, number=one) for one in numbers]
        return [
            arrived(to, outside_id=f"{one}-{minutes}", body=body, at=clock.now())
            for one, body in zip(numbers, bodies, strict=True)
        ]

    await asyncio.gather(receive(batch(0)), receive(batch(1)), receive(batch(0)))
    assert await postgres.fetchval("select count(*) from orders") == 120
    assert await postgres.fetchval("select count(*) from messages where state = 'waiting'") == 0
    assert await postgres.fetchval("select count(*) from messages") == 240
    assert (await verify()).findings == []


async def test_only_what_tells_of_the_trouble_waits_and_it_waits_again_when_trouble_comes_later() -> None:
    to = await our_shop()
    whole = partial(7, refunds=[{"number": "R2", "amount": 5600, "at": at(7)}])
    waits = "select outside_id from messages where state = 'waiting' order by 1"
    await send(to, told(), PAID, SIGNED, whole)
    assert await postgres.fetch(waits) == []
    await send(to, partial(6, refunds=[{"number": "R1", "amount": 600, "at": at(6)}]), first=4)
    assert [row[0] for row in await postgres.fetch(waits)] == ["m3"]
    await send(to, told(20, remark="放门卫"), first=5)
    assert [row[0] for row in await postgres.fetch(waits)] == ["m3"]
    assert (await verify()).findings == []


async def test_lines_that_change_after_picking_began_wait_and_the_rest_of_their_message_counts() -> None:
    to = await our_shop()
    await send(to, told(), PAID)
    shipment = await postgres.fetchval("select id from shipments")
    await move([Move(subject=shipment, transition="pick")], actor=AMIN)
    more = [{"sku": "W712", "name": "机油滤清器", "quantity": 3, "unit_price": 2800, "amount": 8400}]
    late = told(5, lines=more, amounts={"goods": 8400, "total": 8400}, remark="多要一个")
    (outcome,) = await send(to, late, first=5)
    assert (outcome.state, outcome.reasons[0].code) == ("waiting", "already_picking")
    row = await postgres.fetchrow("select total_minor, remark from orders")
    assert tuple(row or ()) == (5600, "多要一个")
    assert states(
        await send(to, told(9, lines=more, amounts={"total": 8400}, status="cancelled"), first=6)
    ) == ["waiting"]
    assert await standing() == [("message", "waiting")] * 2 + [
        ("order", "cancelled"),
        ("shipment", "cancelled"),
    ]


async def test_an_order_its_channel_closed_is_over_when_people_say_the_parcel_was_signed_for() -> None:
    to = await our_shop()
    await send(to, told(), PAID, told(9, status="closed"))
    shipment = await postgres.fetchval("select id from shipments")
    await move([Move(subject=shipment, transition="depart")], actor=SYSTEM)
    await move([Move(subject=shipment, transition="sign")], actor=LAOZHOU)
    assert await standing() == [("order", "closed"), ("shipment", "signed")]


async def test_what_a_carrier_said_of_one_of_two_parcels_is_followed_once_somebody_names_it() -> None:
    to = await our_shop()
    await send(to, told(), PAID)
    first = await postgres.fetchval("select id from shipments")
    await splitting.split([splitting.wish(first, [{1: 1}])], actor=AMIN)
    (outcome,) = await send(to, SIGNED, first=5)
    assert (outcome.state, outcome.reasons[0].code) == ("waiting", "unknown_shipment")
    for transition, facts in (("pick", {}), ("pack", {}), ("collect", {"waybill": "SF1"})):
        (verdict,) = await move([Move(subject=first, transition=transition, facts=facts)], actor=AMIN)
        assert verdict.refused is None
    assert await standing() == [
        ("message", "replayed"),
        ("order", "allocated"),
        ("shipment", "allocated"),
        ("shipment", "signed"),
    ]
    assert (await verify()).findings == []


async def test_a_waybill_told_after_the_parcel_was_signed_for_is_learned() -> None:
    to = await our_shop()
    signed, collected = (
        partial(n, shipments=[{"number": "S-1", "status": status, "at": at(n)} | more])
        for n, status, more in ((8, "signed", {}), (5, "collected", {"waybill": "SF1", "carrier": "SF"}))
    )
    await send(to, told(), PAID, signed)
    await send(to, collected, first=5)
    row = await postgres.fetchrow("select waybill, carrier from shipments")
    assert tuple(row or ()) == ("SF1", "SF")
    assert (await verify()).findings == []


async def test_no_name_or_phone_stands_in_clear_anywhere() -> None:
    to = await our_shop()
    await send(to, told(remark="打13812342046"), PAID)
    for table in await postgres.fetch(
        "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
    ):
        if table["relname"] not in ("personal_values", "orders"):
            text = await postgres.fetchval(f"select string_agg(t::text, ' ') from {table['relname']} t")
            assert "王小明" not in (text or ""), table["relname"]
            assert "13812342046" not in (text or ""), table["relname"]


async def test_a_replayed_message_is_applied_once_its_reason_is_gone() -> None:
    to = await our_shop()
    body = told(lines=[{"sku": "NEW", "name": "新品", "quantity": 1, "unit_price": 5600, "amount": 5600}])
    (outcome,) = await send(to, body)
    assert (await replay([outcome.message], actor=LAOZHOU))[0].reasons[0].code == "unknown_sku"
    await postgres.execute(
        "insert into listings (shop_id, outside_sku, sku_id, quantity) select $1, 'NEW', id, 1 from skus",
        to.id,
    )
    assert (await replay([outcome.message], actor=LAOZHOU))[0].state == "applied"
    assert await standing() == [("message", "replayed"), ("order", "placed")]
    assert await postgres.fetchval("select tries from messages") == 3
    with pytest.raises(VisitOver):
        await replay([outcome.message], actor=LAOZHOU)
    assert (await verify()).findings == []


async def test_a_message_is_replayed_long_after_its_shop_was_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    to = await our_shop()
    (outcome,) = await send(to, PAID)
    monkeypatch.setattr(shops, "_entrances", {})
    assert (await replay([outcome.message], actor=LAOZHOU))[0].state == "waiting"


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_the_page_of_messages_says_why_and_offers_to_replay(lang: str) -> None:
    to = await our_shop()
    await send(to, told(lines=[{"sku": "NOPE", "quantity": 2, "amount": 5600}]))
    person = await hire("zhou", "operations")
    async with Browser() as browser:
        await browser.arrive(person)
        page = await browser.get("/messages", params={"lang": lang})
    assert page.status_code == 200
    assert "NOPE" in page.text
    assert "/replays" in page.text
