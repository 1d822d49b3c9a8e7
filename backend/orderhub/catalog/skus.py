"""Finds SKUs by what others call them: our code, a shop's own number, a scanned barcode. Always many at once."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from orderhub.catalog.gtin import spellings
from orderhub.kernel.postgres import Transaction


class Sku(msgspec.Struct, frozen=True):
    """One SKU. ``is_ended``: no longer sold; orders for it that come all the same are still orders for it."""

    id: int
    code: str
    product_id: int
    name: str
    spec: str
    unit: str
    weight_grams: int | None
    shelf_life_days: int | None
    is_ended: bool


class Listed(msgspec.Struct, frozen=True):
    """What one sold piece of a shop is: so many of a SKU's unit, also of one that is no longer sold."""

    sku_id: int
    code: str
    quantity: int


class Scanned(msgspec.Struct, frozen=True):
    """What a scanned barcode stands for: a case of 12 is 12."""

    sku: Sku
    barcode: str
    pack_quantity: int


class Barcode(msgspec.Struct, frozen=True):
    """A code on a SKU, and how many pieces it stands for."""

    code: str
    pack_quantity: int


async def find(tx: Transaction, codes: Iterable[str]) -> dict[str, Sku]:
    """Return the SKUs with these codes, by code; unknown codes are left out."""
    rows = await tx.fetch(f"select {_COLUMNS} from skus s where s.code = any($1::text[])", sorted(set(codes)))
    return {row["code"]: _sku(row) for row in rows}


async def find_ids(tx: Transaction, sku_ids: Iterable[int]) -> dict[int, Sku]:
    """Return the SKUs with these ids, by id."""
    rows = await tx.fetch(
        f"select {_COLUMNS} from skus s where s.id = any($1::integer[])", sorted(set(sku_ids))
    )
    return {row["id"]: _sku(row) for row in rows}


async def resolve(tx: Transaction, shop_id: int, outside_skus: Sequence[str]) -> dict[str, Listed]:
    """Return what a shop's own numbers mean: its listing if there is one, else the SKU with that very code."""
    known: dict[str, Listed] = tx.known.setdefault(("listed", shop_id), {})
    wanted = sorted(set(outside_skus) - known.keys())
    rows = (
        await tx.fetch(
            """select o.outside_sku, s.id, s.code, coalesce(l.quantity, 1)
            from unnest($2::text[]) as o(outside_sku)
            left join listings l on l.shop_id = $1 and l.outside_sku = o.outside_sku
            join skus s on s.id = coalesce(l.sku_id, (select c.id from skus c where c.code = o.outside_sku))""",
            shop_id,
            wanted,
        )
        if wanted
        else ()
    )
    known |= {outside_sku: Listed(*what) for outside_sku, *what in rows}
    return {name: known[name] for name in outside_skus if name in known}


async def scan(tx: Transaction, barcodes: Iterable[str]) -> dict[str, Scanned]:
    """Return what scanned barcodes stand for, by what was scanned; UPC-A and EAN-13 of one number are one."""
    asked = sorted(set(barcodes))
    rows = await tx.fetch(
        f"""select b.code as barcode, b.pack_quantity, {_COLUMNS} from barcodes b join skus s on s.id = b.sku_id
            where b.code = any($1::text[])""",
        [spelling for barcode in asked for spelling in spellings(barcode)],
    )
    known = {row["barcode"]: Scanned(_sku(row), row["barcode"], row["pack_quantity"]) for row in rows}
    told = {
        barcode: next((known[name] for name in spellings(barcode) if name in known), None)
        for barcode in asked
    }
    return {barcode: scanned for barcode, scanned in told.items() if scanned}


async def barcodes_of(tx: Transaction, sku_ids: Iterable[int]) -> dict[int, list[Barcode]]:
    """Return the barcodes of SKUs, the single piece first; every SKU asked for is in the answer."""
    found: dict[int, list[Barcode]] = {sku_id: [] for sku_id in sku_ids}
    rows = await tx.fetch(
        """select sku_id, code, pack_quantity from barcodes where sku_id = any($1::integer[])
           order by sku_id, pack_quantity, code""",
        sorted(found),
    )
    for row in rows:
        found[row["sku_id"]].append(Barcode(row["code"], row["pack_quantity"]))
    return found


_COLUMNS = """s.id, s.code, s.product_id, s.name, s.spec, s.unit, s.weight_grams, s.shelf_life_days,
              s.ended_at is not null as is_ended"""


def _sku(row: Any) -> Sku:
    return Sku(
        row["id"], row["code"], row["product_id"], row["name"], row["spec"], row["unit"], row["weight_grams"],
        row["shelf_life_days"], row["is_ended"],
    )  # fmt: skip
