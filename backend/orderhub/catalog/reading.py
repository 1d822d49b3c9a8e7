"""Turns a table into entries, one for each SKU, with everything that is wrong said by row."""

import msgspec

from orderhub.catalog.cells import EMPTY, Row, Table
from orderhub.catalog.columns import Column, Header, find_header
from orderhub.catalog.entries import BarcodeEntry, Entry
from orderhub.catalog.findings import Finding
from orderhub.catalog.joining import join
from orderhub.catalog.values import RowValues


class Reading(msgspec.Struct):
    """What a file says: its entries in the order they first occur, the rows that held data, and the findings."""

    entries: list[Entry]
    rows: int
    findings: list[Finding]


def read_entries(table: Table) -> Reading:
    """Read every row below the header; rows of one SKU become one entry with several barcodes."""
    header = find_header(table.rows)
    findings = [*header.findings, *_sheets(table)]
    found: list[Entry] = []
    for row in table.rows[header.first_row :]:
        values = _values(row, header, findings)
        if not values.is_blank() and (entry := _entry(values, findings)):
            found.append(entry)
    rows = len(table.rows) - header.first_row
    return Reading(join(found, findings), rows, [*findings, *_numbers(found)])


def _values(row: Row, header: Header, findings: list[Finding]) -> RowValues:
    cells = {
        column.field: row.cells[place] if place < len(row.cells) else EMPTY
        for place, column in header.columns.items()
    }
    columns: dict[str, Column] = {column.field: column for column in header.columns.values()}
    return RowValues(row.number, cells, columns, findings)


def _entry(values: RowValues, findings: list[Finding]) -> Entry | None:
    """Read one row; every value is looked at, so that all its faults are told at once."""
    code, from_number = values.code()
    name, product, spec, unit = (values.text(field) for field in ("name", "product", "spec", "unit"))
    barcode, pack = values.barcode(), values.whole("pack_quantity")
    days, grams = values.whole("shelf_life_days"), values.grams()
    if code is None:
        if not values.failed("code"):
            findings.append(Finding(code="missing", row=values.row, column="code"))
        return None
    entry = Entry(
        code=code, name=name, product=product, spec=spec, unit=unit, weight_grams=grams, shelf_life_days=days,
        row=values.row, from_number=from_number,
    )  # fmt: skip
    if barcode:
        entry.barcodes = [BarcodeEntry(code=barcode, pack_quantity=pack, row=values.row)]
    elif pack and pack > 1 and not values.failed("barcode"):
        findings.append(
            Finding(code="pack_without_barcode", row=values.row, column="barcode", data={"got": pack})
        )
    return entry


def _sheets(table: Table) -> list[Finding]:
    names = "、".join(table.other_sheets)[:200]
    return [Finding(code="sheets_ignored", data={"names": names})] if names else []


def _numbers(found: list[Entry]) -> list[Finding]:
    """One warning for all codes that came out of number cells, not one for each row."""
    numbers = [entry for entry in found if entry.from_number]
    if not numbers:
        return []
    data: dict[str, str | int] = {"n": len(numbers), "got": numbers[0].code}
    return [Finding(code="codes_are_numbers", row=numbers[0].row, column="code", data=data)]
