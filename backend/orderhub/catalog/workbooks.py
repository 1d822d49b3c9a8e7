"""Reads the first filled sheet of an Excel file (.xlsx, or .xls of old), with as many leading zeros as it still has."""

import io
from datetime import date, datetime, time, timedelta
from typing import Any
from zipfile import ZipFile

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum, load_workbook

from orderhub.catalog.cells import EMPTY, MAX_COLUMNS, MAX_ROWS, Cell, Row, Table
from orderhub.catalog.refusals import BrokenWorkbook, TooManyRows, WorkbookProtected
from orderhub.catalog.workbook_marks import Marks, padded_styles, read_marks, sheet_paths
from orderhub.kernel.errors import Refusal

# A small archive may hold gigabytes; a price list of 50,000 rows unpacks to about 40 MB.
_MAX_UNPACKED = 100 * 1024 * 1024
# Excel keeps 15 digits of a number and writes zeros for the rest.
_EXACT = 10**15


def read_workbook(content: bytes) -> Table:
    """Return the table of an Excel file; refuse protected, broken and over-long ones, saying what to do."""
    try:
        if content.startswith(b"PK"):
            return _read_xlsx(content)
        return _read_xls(content)
    except PasswordError:
        raise WorkbookProtected from None
    except Refusal:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it does to the parsers, the file is at fault
        raise BrokenWorkbook(told=str(error)[:200]) from None


def _read_xlsx(content: bytes) -> Table:
    with ZipFile(io.BytesIO(content)) as archive:
        if sum(member.file_size for member in archive.infolist()) > _MAX_UNPACKED or archive.testzip():
            raise BrokenWorkbook(told="unpacked size")
        book = load_workbook(io.BytesIO(content))
        paths, padded = sheet_paths(archive), padded_styles(archive)
        sheets = {name: read_marks(archive, paths[name], padded) for name in _visible(book) if name in paths}
    filled = [name for name, marks in sheets.items() if not marks.is_empty]
    return Table(_rows(book, filled[0], sheets[filled[0]]), filled[1:]) if filled else Table([])


def _read_xls(content: bytes) -> Table:
    """Old files tell nothing about formats, so every number in them may have lost its zeros."""
    book = load_workbook(io.BytesIO(content))
    filled = [name for name in _visible(book) if book.get_sheet_by_name(name).total_height]
    return Table(_rows(book, filled[0], Marks()), filled[1:]) if filled else Table([])


def _visible(book: CalamineWorkbook) -> list[str]:
    """Return the names of the sheets that a person can see."""
    return [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]


def _rows(book: CalamineWorkbook, name: str, marks: Marks) -> list[Row]:
    """Return the rows of one sheet that hold anything."""
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height > MAX_ROWS + 1:
        raise TooManyRows(most=MAX_ROWS)
    rows = []
    for number, values in enumerate(sheet.to_python(skip_empty_area=False)):
        cells = [_cell(value, marks, (number, column)) for column, value in enumerate(values[:MAX_COLUMNS])]
        if any(cell.text or cell.harm for cell in cells):
            rows.append(Row(number + 1, cells))
    return rows


def _cell(value: Any, marks: Marks, place: tuple[int, int]) -> Cell:
    """Return what a person sees in the cell."""
    if harm := marks.harms.get(place):
        return Cell(str(value).strip(), harm)
    if isinstance(value, str):
        return Cell(text) if (text := value.strip()) else EMPTY
    if isinstance(value, bool):
        return Cell(str(value).upper())
    if isinstance(value, datetime | date | time | timedelta):
        return Cell(str(value), "date")
    return _number(value, marks.widths.get(place))


def _number(value: float, width: int | None) -> Cell:
    """Write a number as it is shown: whole, and with its zeros in front when the format shows them."""
    if not float(value).is_integer():
        return Cell(repr(value), "number")
    if abs(value) >= _EXACT:
        return Cell(str(int(value)), "digits_lost")
    return Cell(str(int(value)).zfill(width), None) if width else Cell(str(int(value)), "number")
