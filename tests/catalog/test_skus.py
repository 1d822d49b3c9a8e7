"""Finding SKUs by what others call them."""

from datetime import UTC, datetime

import pytest

from orderhub.catalog import ending, listing, skus
from orderhub.catalog.entries import BarcodeEntry, Entry
from orderhub.catalog.listing import ListingEntry
from orderhub.kernel import clock, postgres
from orderhub.kernel.actors import SYSTEM, Actor
from tests.catalog.conftest import Save


def entry(code: str, *barcodes: tuple[str, int]) -> Entry:
    return Entry(code=code, name=code, barcodes=[BarcodeEntry(code=b, pack_quantity=n) for b, n in barcodes])


async def shop(name: str = "天猫店") -> int:
    number: int = await postgres.fetchval(
        "insert into shops (name, channel, currency, time_zone) values ($1, 'generic', 'CNY', 'Asia/Shanghai') returning id",
        name,
    )
    return number


async def resolved(shop_id: int, *outside: str) -> dict[str, tuple[str, int]]:
    async with postgres.transaction() as tx:
        found = await skus.resolve(tx, shop_id, outside)
    return {name: (listed.code, listed.quantity) for name, listed in found.items()}


async def test_skus_are_found_by_code_and_unknown_codes_are_left_out(save: Save) -> None:
    await save(entry("A"), entry("B"))
    async with postgres.transaction() as tx:
        found = await skus.find(tx, ["A", "B", "C", "A"])
        assert {code: sku.name for code, sku in found.items()} == {"A": "A", "B": "B"}
        assert await skus.find_ids(tx, [found["A"].id]) == {found["A"].id: found["A"]}


@pytest.mark.every_server
async def test_a_shops_listing_goes_before_our_own_code(save: Save, zhou: Actor) -> None:
    await save(entry("A"), entry("B"))
    shop_id, other = await shop(), await shop("抖音店")
    async with postgres.transaction() as tx:
        await listing.list_skus(tx, shop_id, [ListingEntry(outside_sku="A", sku="B", quantity=6)], actor=zhou)
    assert await resolved(shop_id, "A", "B", "nobody knows") == {"A": ("B", 6), "B": ("B", 1)}
    assert await resolved(other, "A") == {"A": ("A", 1)}


async def test_codes_are_told_apart_by_zeros_and_case(save: Save) -> None:
    await save(entry("007"), entry("7"), entry("a-1"))
    assert await resolved(await shop(), "007", "7", "07", "A-1") == {"007": ("007", 1), "7": ("7", 1)}


async def test_resolving_many_is_one_statement(save: Save) -> None:
    await save(*(entry(f"S-{n}") for n in range(200)))
    shop_id = await shop()
    async with postgres.transaction() as tx:
        asked: list[str] = []
        with tx.connection.query_logger(lambda record: asked.append(record.query)):
            assert len(await skus.resolve(tx, shop_id, [f"S-{n}" for n in range(200)])) == 200
        await tx.execute("select 1")
    assert len(asked) == 1


async def test_an_ended_sku_is_still_what_an_order_of_yesterday_means(save: Save) -> None:
    await save(entry("A"))
    async with postgres.transaction() as tx:
        await ending.end(tx, ["A"], actor=SYSTEM)
        found = await skus.resolve(tx, await _any_shop(tx), ["A"])
    assert found["A"].code == "A"


async def test_a_scanned_case_stands_for_its_pieces(save: Save) -> None:
    await save(entry("A", ("6901028074834", 1), ("16901028074831", 12)))
    async with postgres.transaction() as tx:
        found = await skus.scan(tx, ["16901028074831", "6901028074834", "73513537"])
    assert {code: (s.sku.code, s.pack_quantity) for code, s in found.items()} == {
        "16901028074831": ("A", 12),
        "6901028074834": ("A", 1),
    }


async def test_a_scanner_may_spell_upc_as_ean(save: Save) -> None:
    await save(entry("A", ("036000291452", 1)))
    async with postgres.transaction() as tx:
        found = await skus.scan(tx, ["0036000291452", "036000291452"])
    assert {code: s.barcode for code, s in found.items()} == {
        "0036000291452": "036000291452",
        "036000291452": "036000291452",
    }


async def test_barcodes_of_many_skus_come_at_once_the_single_piece_first(save: Save) -> None:
    await save(entry("A", ("16901028074831", 12), ("6901028074834", 1)), entry("B"))
    async with postgres.transaction() as tx:
        found = await skus.find(tx, ["A", "B"])
        barcodes = await skus.barcodes_of(tx, [sku.id for sku in found.values()])
    assert [b.pack_quantity for b in barcodes[found["A"].id]] == [1, 12]
    assert barcodes[found["B"].id] == []


async def test_ending_and_taking_back_carries_the_product_along(save: Save) -> None:
    await save(Entry(code="A", name="a", product="P"), Entry(code="B", name="b", product="P"))

    async def product_ended() -> bool:
        return bool(await postgres.fetchval("select ended_at is not null from products where name = 'P'"))

    with clock.frozen(datetime(2026, 11, 22, tzinfo=UTC)):
        async with postgres.transaction() as tx:
            await ending.end(tx, ["A"], actor=SYSTEM)
        assert not await product_ended()
        async with postgres.transaction() as tx:
            await ending.end(tx, ["A", "B"], actor=SYSTEM)
        assert await product_ended()
        async with postgres.transaction() as tx:
            await ending.resume(tx, ["B"], actor=SYSTEM)
    assert not await product_ended()


async def _any_shop(tx: postgres.Transaction) -> int:
    number: int = await tx.fetchval(
        "insert into shops (name, channel, currency, time_zone) values ('店', 'generic', 'CNY', 'Asia/Shanghai') returning id"
    )
    return number
