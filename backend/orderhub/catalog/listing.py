"""Says what a shop's own numbers mean: so many of one of our SKUs."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from orderhub.catalog import saving
from orderhub.catalog.findings import Finding
from orderhub.catalog.refusals import RowsRefused
from orderhub.kernel.actors import Actor, visible
from orderhub.kernel.errors import NotFound
from orderhub.kernel.ledger import Change
from orderhub.kernel.postgres import Transaction


class ListingEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One outside number of a shop, our SKU's code, and how many of its unit one sold piece is."""

    outside_sku: str
    sku: str
    quantity: int = 1


async def list_skus(tx: Transaction, shop_id: int, entries: Sequence[ListingEntry], *, actor: Actor) -> int:
    """Map numbers of one shop, all of them or none; return how many are new or mean something else now."""
    await saving.lock(tx)
    await _refuse_other_shop(tx, shop_id, actor)
    wanted = sorted(
        {entry.outside_sku: entry for entry in entries}.values(), key=lambda entry: entry.outside_sku
    )
    await _refuse_unknown_skus(tx, wanted)
    rows = await tx.fetch(
        """select r.outside_sku, r.sku, r.quantity, was.code as sku_before, l.quantity as quantity_before
           from jsonb_to_recordset($2) as r(outside_sku text, sku text, quantity integer)
           left join listings l on l.shop_id = $1 and l.outside_sku = r.outside_sku
           left join skus was on was.id = l.sku_id
           where (was.code, l.quantity) is distinct from (r.sku, r.quantity) order by r.outside_sku collate "C" """,
        *(shop_id, msgspec.to_builtins(wanted)),
    )
    if not rows:
        return 0
    await tx.execute(
        """insert into listings (shop_id, outside_sku, sku_id, quantity)
           select $1, r.outside_sku, s.id, r.quantity
           from jsonb_to_recordset($2) as r(outside_sku text, sku text, quantity integer)
           join skus s on s.code = r.sku order by r.outside_sku collate "C"
           on conflict (shop_id, outside_sku) do update set sku_id = excluded.sku_id, quantity = excluded.quantity""",
        *(shop_id, msgspec.to_builtins(wanted)),
    )
    changes = [
        Change(
            f"shop:{shop_id} {row['outside_sku']}",
            [row["sku_before"], row["quantity_before"]] if row["sku_before"] else None,
            [row["sku"], row["quantity"]],
        )
        for row in rows
    ]
    await saving.record(tx, changes, action="skus.listed", actor=actor)
    return len(rows)


async def _refuse_other_shop(tx: Transaction, shop_id: int, actor: Actor) -> None:
    known = await tx.fetchval("select exists (select from shops where id = $1::numeric)", Decimal(shop_id))
    if not known or not visible(actor, shop_id, None):
        raise NotFound(kind="shop", id=shop_id)


async def _refuse_unknown_skus(tx: Transaction, wanted: Sequence[ListingEntry]) -> None:
    rows = await tx.fetch(
        "select code from skus where code = any($1::text[])", [entry.sku for entry in wanted]
    )
    known = {row["code"] for row in rows}
    unknown = [
        Finding(code="unknown_sku", column="code", data={"got": entry.sku})
        for entry in wanted
        if entry.sku not in known
    ]
    if unknown:
        raise RowsRefused(count=len(unknown), findings=unknown[:100])
