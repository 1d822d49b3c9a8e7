"""Reads a product file of any accepted kind into one table of cells, by what it is rather than by its name."""

from orderhub.catalog.cells import MAX_BYTES, Table
from orderhub.catalog.refusals import FileEmpty, FileTooLarge, NotATable
from orderhub.catalog.textfiles import read_text
from orderhub.catalog.workbooks import read_workbook

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_FOREIGN = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"Rar!",
    b"7z\xbc\xaf",
    b"{\\rtf",
    b"<html",
    b"<!DOCTYPE",
    b"<?xml",
)


def read_table(content: bytes) -> Table:
    """Return the table of an uploaded file: Excel (.xlsx, .xls) or separated text; refuse anything else."""
    if len(content) > MAX_BYTES:
        raise FileTooLarge(most=MAX_BYTES // 1024 // 1024)
    if not content.strip():
        raise FileEmpty
    if content.startswith(_FOREIGN):
        raise NotATable
    return read_workbook(content) if content.startswith(_WORKBOOKS) else read_text(content)
