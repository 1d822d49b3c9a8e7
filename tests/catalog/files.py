"""Product files as people make them: CSV in several encodings, Excel workbooks with numbers where text should be."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl

HEADER = ("商品编码", "名称", "所属产品", "规格", "单位", "条码", "装箱数", "重量")
ENGLISH = ("SKU code", "Name", "Product", "Spec", "Unit", "Barcode", "Pack quantity", "Weight (g)")

# The goods that tests speak of; the barcodes are real GTINs as far as their check digits go.
TEA = ("TEA-01", "龙井 250g", "龙井", "250g", "罐", "6901028074834", "1", "320")
TEA_CASE = ("TEA-01", "", "", "", "", "16901028074831", "12", "")
SOAP = ("00712", "桂花皂", "桂花皂", "100g", "块", "036000291452", "", "0.11kg")


def csv_file(
    *rows: Sequence[str], header: Sequence[str] = HEADER, encoding: str = "utf-8", separator: str = ","
) -> bytes:
    """Return a separated text file."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=separator).writerows([header, *rows])
    return file.getvalue().encode(encoding)


def workbook(
    *rows: Iterable[Any], header: Sequence[str] = HEADER, formats: dict[str, str] | None = None
) -> bytes:
    """Return an Excel file; ``formats`` gives cells (B2) the number format they are shown with."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [header, *rows]:
        sheet.append(list(row))
    for cell, number_format in (formats or {}).items():
        sheet[cell].number_format = number_format
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """Return the bytes of a workbook."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
