"""Reads separated text: CSV as Excel, WPS, shops and ERPs write it, in UTF-8, UTF-16 or GBK."""

import csv
import io
import re

from orderhub.catalog.cells import MAX_COLUMNS, MAX_ROWS, Cell, Row, Table
from orderhub.catalog.refusals import BrokenText, TooManyRows, UnknownEncoding

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SCIENTIFIC = re.compile(r"\d+(\.\d+)?E\+\d+", re.IGNORECASE)
_QUOTED = re.compile(r'="?(.*?)"?', re.DOTALL)


def read_text(content: bytes) -> Table:
    """Return the table of a separated text file; refuse what is neither UTF-8, UTF-16 nor GBK."""
    text = _decode(content)
    rows: list[Row] = []
    try:
        for number, record in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text)), 1
        ):
            if any(value.strip() for value in record):
                rows.append(Row(number, [_cell(value) for value in record[:MAX_COLUMNS]]))
            if len(rows) > MAX_ROWS + 1:
                raise TooManyRows(most=MAX_ROWS)
    except csv.Error as error:
        raise BrokenText(told=str(error)) from None
    return Table(rows)


def _decode(content: bytes) -> str:
    """Decode by byte order mark, else UTF-8, else GB 18030 (which holds all of GBK); bytes of neither are refused."""
    named = next((encoding for mark, encoding in _BOMS if content.startswith(mark)), None)
    for encoding in [named] if named else ["utf-8", "gb18030"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise UnknownEncoding


def _separator(text: str) -> str:
    """Return the separator that occurs most in the first line that holds any."""
    for line in text.splitlines()[:20]:
        best = max(",\t;，", key=line.count)
        if line.count(best):
            return best
    return ","


def _cell(value: str) -> Cell:
    """Read one value; ``="007"`` and ``'007`` are how spreadsheets are told to keep zeros."""
    text = value.strip()
    if text.startswith("=") and (quoted := _QUOTED.fullmatch(text)):
        text = quoted[1]
    text = text.removeprefix("'").strip()
    return Cell(text, "digits_lost" if _SCIENTIFIC.fullmatch(text) else None)
