"""Ends SKUs and takes them back. Nothing is deleted: orders and labels of long ago still know what they meant."""

from collections.abc import Iterable

from orderhub.catalog import saving
from orderhub.kernel import clock
from orderhub.kernel.actors import Actor
from orderhub.kernel.errors import NotFound
from orderhub.kernel.ledger import Change
from orderhub.kernel.postgres import Transaction


async def end(tx: Transaction, codes: Iterable[str], *, actor: Actor) -> None:
    """End SKUs; a product whose last SKU ends, ends with it. Ending what has ended changes nothing."""
    await _set(tx, codes, ended=True, action="skus.ended", actor=actor)


async def resume(tx: Transaction, codes: Iterable[str], *, actor: Actor) -> None:
    """Take ended SKUs back, and their products with them."""
    await _set(tx, codes, ended=False, action="skus.resumed", actor=actor)


async def _set(tx: Transaction, codes: Iterable[str], *, ended: bool, action: str, actor: Actor) -> None:
    asked = sorted(set(codes))
    await saving.lock(tx)
    rows = await tx.fetch(
        "select id, code, product_id, ended_at from skus where code = any($1::text[]) order by code", asked
    )
    if missing := set(asked) - {row["code"] for row in rows}:
        raise NotFound(kind="sku", id=min(missing))
    turned = [row for row in rows if (row["ended_at"] is not None) != ended]
    if not turned:
        return
    await tx.execute(
        "update skus set ended_at = $2 where id = any($1::integer[])",
        *([row["id"] for row in turned], clock.now() if ended else None),
    )
    await saving.settle_products(tx, [row["product_id"] for row in turned])
    changes = [Change(f"{row['code']} ended", not ended, ended) for row in turned]
    await saving.record(tx, changes, action=action, actor=actor)
