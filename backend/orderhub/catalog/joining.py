"""Joins what is said about one SKU in several places: rows of a file, items of a request."""

from orderhub.catalog.entries import FIELDS, BarcodeEntry, Entry
from orderhub.catalog.findings import Finding
from orderhub.catalog.gtin import spellings


def join(found: list[Entry], findings: list[Finding]) -> list[Entry]:
    """Join the rows of each SKU and refuse rows that contradict one another."""
    entries: dict[str, Entry] = {}
    owners: dict[str, tuple[BarcodeEntry, str]] = {}
    for entry in found:
        first = entries.setdefault(entry.code, entry)
        fresh = [barcode for barcode in entry.barcodes if _claim(barcode, entry.code, owners, findings)]
        if first is entry:
            entry.barcodes = fresh
            continue
        if not fresh and _same(first, entry):
            findings.append(
                Finding(code="repeated_row", row=entry.row, column="code", data={"first": first.row})
            )
        _fill(first, entry, findings)
        first.barcodes.extend(fresh)
    return list(entries.values())


def _claim(
    barcode: BarcodeEntry, sku: str, owners: dict[str, tuple[BarcodeEntry, str]], findings: list[Finding]
) -> bool:
    """Note whose barcode this is; tell whether it is new in this file and nobody else's."""
    known = next((owners[spelling] for spelling in spellings(barcode.code) if spelling in owners), None)
    if known is None:
        owners[barcode.code] = (barcode, sku)
        return True
    first, owner = known
    if owner != sku:
        data: dict[str, str | int] = {"got": barcode.code, "sku": owner, "first": first.row}
        findings.append(Finding(code="barcode_twice", row=barcode.row, column="barcode", data=data))
    elif (barcode.pack_quantity or 1) != (first.pack_quantity or 1):
        _disagree(
            "pack_quantity", first.row, barcode.row, first.pack_quantity, barcode.pack_quantity, findings
        )
    return False


def _same(first: Entry, later: Entry) -> bool:
    """Tell whether the later row says nothing that the first does not."""
    return all(getattr(later, field) in (None, getattr(first, field)) for field in FIELDS)


def _fill(first: Entry, later: Entry, findings: list[Finding]) -> None:
    """Take from a later row what the first left empty; two different values are a contradiction."""
    for field in FIELDS:
        before, here = getattr(first, field), getattr(later, field)
        if before is None:
            setattr(first, field, here)
        elif here is not None and here != before:
            _disagree(field, first.row, later.row, before, here, findings)
    first.from_number = first.from_number and later.from_number


def _disagree(
    field: str,
    first_row: int,
    row: int,
    there: str | int | None,
    here: str | int | None,
    findings: list[Finding],
) -> None:
    data: dict[str, str | int] = {"first": first_row, "there": there or "", "here": here or ""}
    findings.append(Finding(code="rows_disagree", row=row, column=field, data=data))
