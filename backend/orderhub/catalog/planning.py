"""Compares entries with what is known and says what would be added, changed and left, before anything is written."""

from collections.abc import Iterable
from hashlib import sha256

import msgspec

from orderhub.catalog.entries import FIELDS, BarcodeEntry, Entry
from orderhub.catalog.findings import Finding
from orderhub.catalog.gtin import spellings
from orderhub.kernel.postgres import Transaction

Value = str | int | bool | None


class FieldChange(msgspec.Struct, frozen=True):
    """One value before and after; a barcode is the field ``barcode:<code>`` with its pack quantity."""

    field: str
    before: Value
    after: Value


class Difference(msgspec.Struct, frozen=True):
    """What would happen to one SKU; ``sku_id`` of None means it is new. ``values`` are all its fields afterwards."""

    code: str
    sku_id: int | None
    row: int
    changes: list[FieldChange]
    values: dict[str, str | int | None]
    barcodes: dict[str, int]


class Plan(msgspec.Struct):
    """What a file or a request would do to the catalog as it is now."""

    added: list[Difference]
    changed: list[Difference]
    unchanged: int
    findings: list[Finding]

    def digest(self) -> bytes:
        """Return the digest of everything the plan would do: a person agrees to this and to nothing else."""
        return sha256(msgspec.json.encode([self.added, self.changed, self.unchanged])).digest()


class Known(msgspec.Struct):
    """What the catalog holds of the SKUs and barcodes in question."""

    skus: dict[str, dict[str, Value]]
    barcodes: dict[str, tuple[str, int]]
    with_zeros: dict[str, str]


async def known_to(tx: Transaction, entries: list[Entry]) -> Known:
    """Read what the catalog holds of these entries: three statements, however many they are."""
    skus = await tx.fetch(
        """select s.*, p.name as product from skus s join products p on p.id = s.product_id
           where s.code = any($1::text[])""",
        [entry.code for entry in entries],
    )
    barcodes = await tx.fetch(
        """select b.code, b.pack_quantity, s.code as sku from barcodes b join skus s on s.id = b.sku_id
           where b.code = any($1::text[])""",
        [spelling for entry in entries for barcode in entry.barcodes for spelling in spellings(barcode.code)],
    )
    zeros = await tx.fetch(
        "select code from skus where code like '0%' and ltrim(code, '0') = any($1::text[])",
        [entry.code for entry in entries if entry.from_number],
    )
    typed = [entry.code for entry in entries if not entry.from_number and entry.code.startswith("0")]
    return Known(
        {row["code"]: dict(row) for row in skus},
        {row["code"]: (row["sku"], row["pack_quantity"]) for row in barcodes},
        {code.lstrip("0"): code for code in [*typed, *(row["code"] for row in zeros)]},
    )


def compare(entries: Iterable[Entry], known: Known) -> Plan:
    """Say what the entries would do; the plan may only be carried out when none of its findings is an error."""
    plan = Plan([], [], 0, [])
    for entry in entries:
        sku = known.skus.get(entry.code)
        if sku is None:
            _look_for_zeros(entry, known, plan.findings)
        difference = _difference(entry, sku, known, plan.findings)
        if sku is None:
            plan.added.append(difference)
        elif difference.changes:
            plan.changed.append(difference)
        else:
            plan.unchanged += 1
    return plan


def _difference(
    entry: Entry, sku: dict[str, Value] | None, known: Known, findings: list[Finding]
) -> Difference:
    """Compare one entry with its SKU, or with nothing."""
    before = sku or {}
    values = {field: _after(entry, before, field) for field in FIELDS}
    if not values["name"]:
        findings.append(Finding(code="missing", row=entry.row, column="name"))
    changes = [
        FieldChange(field, before.get(field), value)
        for field, value in values.items()
        if value != (before.get(field) if sku else ("" if isinstance(value, str) else None))
    ]
    if before.get("ended_at"):
        changes.append(FieldChange("ended", True, False))
        findings.append(Finding(code="sku_returns", row=entry.row, column="code", data={"got": entry.code}))
    barcodes = _barcodes(entry, known, changes, findings)
    sku_id = before.get("id")
    return Difference(
        entry.code, int(sku_id) if sku_id is not None else None, entry.row, changes, values, barcodes
    )


def _after(entry: Entry, before: dict[str, Value], field: str) -> str | int | None:
    """Return a field's value afterwards: what is said, else what is known, else the sensible beginning."""
    said: str | int | None = getattr(entry, field)
    if said is not None:
        return said
    if before:
        value = before[field]
        return value if isinstance(value, str) or value is None else int(value)
    if field == "product":
        return entry.name
    return "" if field in ("name", "spec", "unit") else None


def _barcodes(
    entry: Entry, known: Known, changes: list[FieldChange], findings: list[Finding]
) -> dict[str, int]:
    """Return the barcodes to write; one that belongs to another SKU is not taken from it."""
    written = {}
    for barcode in entry.barcodes:
        code = next(
            (spelling for spelling in spellings(barcode.code) if spelling in known.barcodes), barcode.code
        )
        owner, quantity = known.barcodes.get(code, (entry.code, None))
        if owner != entry.code:
            data: dict[str, str | int] = {"got": barcode.code, "sku": owner}
            findings.append(Finding(code="barcode_taken", row=barcode.row, column="barcode", data=data))
            continue
        after = _pack(barcode, quantity)
        if after != quantity:
            written[code] = after
            changes.append(FieldChange(f"barcode:{code}", quantity, after))
    return written


def _pack(barcode: BarcodeEntry, before: int | None) -> int:
    """Return how many pieces a barcode stands for: what is said, else what is known, else one."""
    return barcode.pack_quantity or before or 1


def _look_for_zeros(entry: Entry, known: Known, findings: list[Finding]) -> None:
    """Refuse a new code out of a number cell when one with zeros before it exists: it is the same SKU, damaged."""
    if entry.from_number and (twin := known.with_zeros.get(entry.code)):
        data: dict[str, str | int] = {"got": entry.code, "known": twin}
        findings.append(Finding(code="code_without_zeros", row=entry.row, column="code", data=data))
