"""Excel files, and what Excel does to numbers, dates and zeros."""

import io
from datetime import date
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from orderhub.catalog.cells import Cell
from orderhub.catalog.refusals import (
    BrokenWorkbook,
    FileEmpty,
    FileTooLarge,
    NotATable,
    TooManyColumns,
    TooManyRows,
)
from orderhub.catalog.sheets import read_table
from tests.catalog.files import HEADER, SOAP, TEA, saved, workbook


def first(content: bytes) -> list[Cell]:
    return read_table(content).rows[1].cells


def test_text_cells_are_read_as_they_are() -> None:
    assert [cell.text for cell in first(workbook(SOAP))] == list(SOAP)


def test_a_number_shown_with_leading_zeros_keeps_them() -> None:
    cells = first(
        workbook([712, "皂", "", "", "", 36000291452], formats={"A2": "00000", "F2": "000000000000"})
    )
    assert cells[0] == Cell("00712")
    assert cells[5] == Cell("036000291452")


def test_a_plain_number_is_marked_because_its_zeros_may_be_gone() -> None:
    cells = first(workbook([712, "皂", "", "", "", 6901028074834.0]))
    assert cells[0] == Cell("712", "number")
    assert cells[5] == Cell("6901028074834", "number")


def test_a_number_too_long_for_excel_is_marked_as_damaged() -> None:
    assert first(workbook([6901028074834123456]))[0].harm == "digits_lost"


def test_a_code_that_excel_turned_into_a_date_is_marked() -> None:
    assert first(workbook([date(2026, 3, 1)]))[0] == Cell("2026-03-01", "date")


def test_formulas_without_a_value_and_error_cells_are_marked() -> None:
    cells = first(workbook(["=A9&A8", "#N/A"]))
    assert [cell.harm for cell in cells[:2]] == ["formula", "cell_error"]


def test_only_the_first_filled_sheet_that_is_seen_is_read() -> None:
    book = openpyxl.Workbook()
    hidden = book.active
    assert hidden is not None
    hidden.append(["hidden"])
    hidden.sheet_state = "hidden"
    book.create_sheet("empty")
    book.create_sheet("goods").append(list(HEADER))
    book.create_sheet("notes").append(["a note"])
    table = read_table(saved(book))
    assert [cell.text for cell in table.rows[0].cells] == list(HEADER)
    assert table.other_sheets == ["notes"]


def test_empty_rows_are_skipped_and_the_numbers_of_the_others_stay() -> None:
    table = read_table(workbook(TEA, [None], SOAP))
    assert [row.number for row in table.rows] == [1, 2, 4]


def test_one_stray_cell_in_the_last_corner_is_refused_before_it_takes_all_memory() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(HEADER))
    sheet.cell(1_048_576, 1).value = "x"
    with pytest.raises(TooManyRows):
        read_table(saved(book))
    sheet.cell(1_048_576, 1).value = None
    sheet.cell(1, 16_384).value = "x"
    with pytest.raises(TooManyColumns):
        read_table(saved(book))


def test_a_small_archive_that_holds_gigabytes_is_refused() -> None:
    content = io.BytesIO(workbook(TEA))
    with ZipFile(content, "a", ZIP_DEFLATED) as archive, archive.open("xl/media/a.bin", "w") as member:
        for _ in range(110):
            member.write(bytes(1024 * 1024))
    with pytest.raises(BrokenWorkbook):
        read_table(content.getvalue())


@pytest.mark.parametrize("cut", [30, 200, 2000])
def test_a_damaged_workbook_is_refused(cut: int) -> None:
    with pytest.raises(BrokenWorkbook):
        read_table(workbook(TEA)[:-cut])


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(NotATable):
        read_table(b"%PDF-1.7 ...")
    with pytest.raises(FileEmpty):
        read_table(b" \n ")
    with pytest.raises(FileTooLarge):
        read_table(b"sku\n" + b"A" * (10 * 1024 * 1024))
    with pytest.raises(BrokenWorkbook):
        read_table(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 not one")
