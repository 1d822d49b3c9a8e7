"""Reads the catalog page by page: products for people, SKUs for programs."""

from decimal import Decimal
from typing import Any

import msgspec

from orderhub.catalog.gtin import spellings
from orderhub.catalog.skus import Barcode
from orderhub.kernel.actors import Actor
from orderhub.kernel.errors import NotFound
from orderhub.kernel.postgres import Transaction

PAGE = 50


class ProductRow(msgspec.Struct, frozen=True):
    """One product in the list: its name, its SKUs' codes (the first three), and how many it has."""

    id: int
    name: str
    is_ended: bool
    skus: int
    codes: list[str]


class ListedAs(msgspec.Struct, frozen=True):
    """What a shop calls a SKU."""

    shop_id: int
    shop: str
    outside_sku: str
    quantity: int


class SkuDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A SKU with all that is printed on it."""

    code: str
    name: str
    product: str
    spec: str
    unit: str
    weight_grams: int | None
    shelf_life_days: int | None
    ended: bool
    barcodes: list[Barcode]


class ProductDetail(msgspec.Struct, frozen=True):
    """One product with its SKUs by code, and what the shops call each of them."""

    id: int
    name: str
    is_ended: bool
    skus: list[SkuDetail]
    listings: dict[str, list[ListedAs]]


async def products(
    tx: Transaction, *, search: str = "", before: int | None = None
) -> tuple[list[ProductRow], int | None]:
    """Return products, newest first, and the cursor of the next page; search goes over names, codes and barcodes."""
    word = " ".join("".join(letter for letter in search if letter.isprintable()).split())[:100]
    rows = await tx.fetch(
        """select p.id, p.name, p.ended_at is not null as is_ended, s.skus, s.codes
           from products p cross join lateral (
               select count(*) as skus, (array_agg(code order by code))[1:3] as codes
               from skus where product_id = p.id) as s
           where s.skus > 0 and ($1::integer is null or p.id < $1)
             and ($2 = '' or p.name ilike $3
                  or p.id in (select product_id from skus where code ilike $3 or name ilike $3 or spec ilike $3)
                  or p.id in (select k.product_id from barcodes b join skus k on k.id = b.sku_id
                              where b.code = any($4::text[])))
           order by p.id desc limit $5""",
        *(before, word, f"%{_literal(word)}%", list(spellings(word)), PAGE + 1),
    )
    found = [ProductRow(**row) for row in rows[:PAGE]]
    return found, found[-1].id if len(rows) > PAGE else None


async def on_sale(tx: Transaction) -> int:
    """Return how many products are on sale."""
    number: int = await tx.fetchval("select count(*) from products where ended_at is null")
    return number


async def product(tx: Transaction, product_id: int, *, actor: Actor) -> ProductDetail:
    """Return one product; of its listings only those of shops the actor may see."""
    # As a numeric, because an address may name a number that no integer column can hold.
    row = await tx.fetchrow(
        "select id, name, ended_at is not null as is_ended from products where id = $1::numeric",
        Decimal(product_id),
    )
    if row is None:
        raise NotFound(kind="product", id=product_id)
    rows = await tx.fetch(f"{_DETAILS} where s.product_id = $1 order by s.code", product_id)
    listings = await tx.fetch(
        """select s.code, l.shop_id, h.name as shop, l.outside_sku, l.quantity from listings l
           join skus s on s.id = l.sku_id join shops h on h.id = l.shop_id
           where s.product_id = $1 and ($2::integer[] is null or l.shop_id = any($2))
           order by s.code, h.name, l.outside_sku""",
        product_id,
        None if actor.shops is None else sorted(actor.shops),
    )
    skus = [_detail(row) for row in rows]
    named: dict[str, list[ListedAs]] = {sku.code: [] for sku in skus}
    for code, *listed in listings:
        named[code].append(ListedAs(*listed))
    return ProductDetail(**row, skus=skus, listings=named)


async def skus(tx: Transaction, *, after: str = "", limit: int = 100) -> tuple[list[SkuDetail], str | None]:
    """Return SKUs by code, and the cursor of the next page."""
    rows = await tx.fetch(f"{_DETAILS} where s.code > $1 order by s.code limit $2", after, limit + 1)
    found = [_detail(row) for row in rows[:limit]]
    return found, found[-1].code if len(rows) > limit else None


async def sku(tx: Transaction, code: str) -> SkuDetail:
    """Return one SKU by its code."""
    # PostgreSQL holds no NUL, so no code has one, and asking for it would be an error.
    row = await tx.fetchrow(f"{_DETAILS} where s.code = $1", code) if "\0" not in code else None
    if row is None:
        raise NotFound(kind="sku", id=code)
    return _detail(row)


_DETAILS = """
select s.code, s.name, p.name as product, s.spec, s.unit, s.weight_grams, s.shelf_life_days,
       s.ended_at is not null as ended,
       (select coalesce(jsonb_agg(jsonb_build_object('code', b.code, 'pack_quantity', b.pack_quantity)
                                  order by b.pack_quantity, b.code), '[]')
        from barcodes b where b.sku_id = s.id) as barcodes
from skus s join products p on p.id = s.product_id"""


def _detail(row: Any) -> SkuDetail:
    return msgspec.convert(dict(row), SkuDetail)


def _literal(word: str) -> str:
    """Return the word with what LIKE would take for a wildcard made plain."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
