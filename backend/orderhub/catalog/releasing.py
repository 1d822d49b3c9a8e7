"""Takes barcodes off SKUs, so that a wrong one can be put where it belongs."""

from collections.abc import Iterable

from orderhub.catalog import saving
from orderhub.kernel.actors import Actor
from orderhub.kernel.errors import NotFound
from orderhub.kernel.ledger import Change
from orderhub.kernel.postgres import Transaction


async def release(tx: Transaction, barcodes: Iterable[str], *, actor: Actor) -> None:
    """Take barcodes off; a barcode is no record of anything by itself, so it may go. The ledger keeps that it was."""
    asked = sorted(set(barcodes))
    await saving.lock(tx)
    rows = await tx.fetch(
        """delete from barcodes b using skus s where s.id = b.sku_id and b.code = any($1::text[])
           returning b.code, b.pack_quantity, s.code as sku""",
        asked,
    )
    if missing := set(asked) - {row["code"] for row in rows}:
        raise NotFound(kind="barcode", id=min(missing))
    changes = [
        Change(f"{row['sku']} barcode:{row['code']}", row["pack_quantity"], None)
        for row in sorted(rows, key=lambda row: str(row["code"]))
    ]
    await saving.record(tx, changes, action="barcodes.released", actor=actor)
