"""Carries out plans: writes SKUs, products and barcodes set by set, and every change of theirs into the ledger."""

from collections.abc import Sequence
from typing import Any

from orderhub.catalog.entries import Entry
from orderhub.catalog.findings import Finding, errors
from orderhub.catalog.joining import join
from orderhub.catalog.planning import Difference, Plan, compare, known_to
from orderhub.catalog.refusals import RowsRefused
from orderhub.kernel import clock, ledger
from orderhub.kernel.actors import Actor
from orderhub.kernel.ledger import Change
from orderhub.kernel.postgres import Transaction

STREAM = "catalog"

_LOCK = 7_203_011_950
# An import may change a hundred thousand values; one ledger entry holds so many at most.
_CHANGES_AN_ENTRY = 2_000

_ROWS = """jsonb_to_recordset($1) as r(code text, product text, name text, spec text, unit text,
           weight_grams integer, shelf_life_days integer)"""


async def save(tx: Transaction, entries: list[Entry], *, actor: Actor) -> Plan:
    """Add and change SKUs as a program says, all of them or none; the answer tells what was done and any warnings."""
    await lock(tx)
    contradictions: list[Finding] = []
    joined = join(entries, contradictions)
    plan = compare(joined, await known_to(tx, joined))
    plan.findings[:0] = contradictions
    if wrong := errors(plan.findings):
        raise RowsRefused(count=len(wrong), findings=wrong[:100])
    if plan.added or plan.changed:
        await write(tx, plan, action="skus.saved", actor=actor)
    return plan


async def lock(tx: Transaction) -> None:
    """Let one writer of the catalog at a time compare and write; readers and orders are not held up."""
    await tx.execute("select pg_advisory_xact_lock($1)", _LOCK)


async def write(tx: Transaction, plan: Plan, *, action: str, actor: Actor, evidence: Any = None) -> None:
    """Write what the plan says, under ``lock``, and record it."""
    differences = sorted([*plan.added, *plan.changed], key=lambda difference: difference.code)
    rows = [{"code": difference.code, **difference.values} for difference in differences]
    before = await _products_of(tx, [difference.code for difference in plan.changed])
    await _write_products(tx, rows)
    await _write_skus(tx, rows)
    await _write_barcodes(tx, differences)
    await settle_products(
        tx, [*before, *await _products_of(tx, [difference.code for difference in differences])]
    )
    await record(tx, _changes(differences), action=action, actor=actor, evidence=evidence)


async def record(
    tx: Transaction, changes: Sequence[Change], *, action: str, actor: Actor, evidence: Any = None
) -> None:
    """Record changes in the catalog's stream, in as many entries as they need, at least one."""
    for start in range(0, max(1, len(changes)), _CHANGES_AN_ENTRY):
        part = changes[start : start + _CHANGES_AN_ENTRY]
        await ledger.record(tx, stream=STREAM, action=action, actor=actor, changes=part, evidence=evidence)


async def settle_products(tx: Transaction, product_ids: Sequence[int]) -> None:
    """End the products whose last SKU has ended or moved away, and take back those that have one again."""
    await tx.execute(
        """update products p set ended_at = case when live then null else $2::timestamptz end
           from (select p.id, exists (select from skus s where s.product_id = p.id and s.ended_at is null) as live
                 from products p where p.id = any($1::integer[])) as q
           where q.id = p.id and live <> (p.ended_at is null)""",
        sorted(set(product_ids)),
        clock.now(),
    )


async def _products_of(tx: Transaction, codes: Sequence[str]) -> list[int]:
    rows = await tx.fetch("select distinct product_id from skus where code = any($1::text[])", codes)
    return [row["product_id"] for row in rows]


async def _write_products(tx: Transaction, rows: list[dict[str, Any]]) -> None:
    names = sorted({row["product"] for row in rows})
    await tx.execute(
        "insert into products (name) select unnest($1::text[]) on conflict (name) do nothing", names
    )


async def _write_skus(tx: Transaction, rows: list[dict[str, Any]]) -> None:
    await tx.execute(
        f"""insert into skus (code, product_id, name, spec, unit, weight_grams, shelf_life_days)
            select r.code, p.id, r.name, r.spec, r.unit, r.weight_grams, r.shelf_life_days
            from {_ROWS} join products p on p.name = r.product order by r.code collate "C"
            on conflict (code) do update set product_id = excluded.product_id, name = excluded.name,
              spec = excluded.spec, unit = excluded.unit, weight_grams = excluded.weight_grams,
              shelf_life_days = excluded.shelf_life_days, ended_at = null""",
        rows,
    )


async def _write_barcodes(tx: Transaction, differences: list[Difference]) -> None:
    barcodes = [
        {"code": code, "sku": difference.code, "pack": pack}
        for difference in differences
        for code, pack in difference.barcodes.items()
    ]
    await tx.execute(
        """insert into barcodes (code, sku_id, pack_quantity)
           select r.code, s.id, r.pack from jsonb_to_recordset($1) as r(code text, sku text, pack integer)
           join skus s on s.code = r.sku order by r.code collate "C"
           on conflict (code) do update set pack_quantity = excluded.pack_quantity""",
        barcodes,
    )


def _changes(differences: list[Difference]) -> list[Change]:
    """Return every change as the ledger names it: ``<SKU code> <field>``."""
    return [
        Change(f"{difference.code} {change.field}", change.before, change.after)
        for difference in differences
        for change in difference.changes
    ]
