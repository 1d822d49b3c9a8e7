"""What an .xlsx file says about its cells that the spreadsheet reader does not tell.

Which numbers are shown with leading zeros (format ``0000000000000``), which formulas were never calculated, which
cells hold ``#N/A``; and how far the sheet reaches, because the reader keeps a dense grid and one stray cell in the
last corner of a sheet would take all memory.
"""

import re
from collections.abc import Iterable
from xml.etree import ElementTree
from xml.parsers import expat
from zipfile import ZipFile

import msgspec

from orderhub.catalog.cells import MAX_COLUMNS, MAX_ROWS, Harm
from orderhub.catalog.refusals import TooManyColumns, TooManyRows

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_ZEROS = re.compile(r'"?(0{2,})"?(?:;.*|_.)?')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Marks(msgspec.Struct):
    """By (row, column), both counted from 0: the width of zero-padded numbers, and what is wrong with a cell."""

    widths: dict[tuple[int, int], int] = {}
    harms: dict[tuple[int, int], Harm] = {}
    is_empty: bool = True


def sheet_paths(archive: ZipFile) -> dict[str, str]:
    """Return where the file of each worksheet lies inside the archive, by its name."""
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    found = {}
    for element in book.iter():
        if _local(element.tag) == "sheet":
            target = targets.get(element.get(_RELATION), "")
            found[element.get("name", "")] = target[1:] if target.startswith("/") else f"xl/{target}"
    return found


def padded_styles(archive: ZipFile) -> dict[str, int]:
    """Return the styles that show whole numbers with leading zeros: style number to number of digits."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
    widths = {}
    for element in styles.iter():
        if _local(element.tag) == "numFmt" and (zeros := _ZEROS.fullmatch(element.get("formatCode", ""))):
            widths[element.get("numFmtId")] = len(zeros[1])
    formats: Iterable[ElementTree.Element] = next(
        (element for element in styles.iter() if _local(element.tag) == "cellXfs"), []
    )
    return {str(n): widths[id_] for n, xf in enumerate(formats) if (id_ := xf.get("numFmtId")) in widths}


def read_marks(archive: ZipFile, path: str, padded: dict[str, int]) -> Marks:
    """Walk through one sheet; refuse it when it reaches further than we read."""
    walk = _Walk(padded)
    parser = expat.ParserCreate()
    parser.StartElementHandler = walk.start
    parser.CharacterDataHandler = walk.text
    with archive.open(path) as file:
        parser.ParseFile(file)
    walk.finish_cell()
    return walk.marks


class _Walk:
    """Follows the elements of a sheet; a cell is judged when the next one begins."""

    def __init__(self, padded: dict[str, int]) -> None:
        self.marks = Marks()
        self._padded = padded
        self._row = self._column = -1
        self._cell: dict[str, str] = {}
        self._has_formula = self._has_value = self._in_value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element; its name may bear a prefix."""
        name = tag.rpartition(":")[2]
        self._in_value = name == "v"
        if name == "c":
            self.finish_cell()
            self._cell = attributes
            self._go_to(attributes.get("r", ""))
        elif name == "f":
            self._has_formula = True
        elif name == "is":
            self._has_value = True
        elif name == "row":
            self.finish_cell()
            self._row, self._column = int(attributes.get("r", self._row + 2)) - 1, -1

    def text(self, data: str) -> None:
        """Take text; only that of a value counts."""
        if self._in_value and not self._has_value and data.strip():
            self._has_value = True

    def finish_cell(self) -> None:
        """Judge the cell that just ended, if it holds anything."""
        if self._has_value or self._has_formula:
            self._judge((self._row, self._column))
            self._has_formula = self._has_value = False

    def _go_to(self, reference: str) -> None:
        """Go to a cell by its reference (B7); without one it stands right of the last."""
        if place := _REFERENCE.fullmatch(reference):
            self._row, self._column = int(place[2]) - 1, _column(place[1])
        else:
            self._column += 1

    def _judge(self, place: tuple[int, int]) -> None:
        if place[0] > MAX_ROWS:
            raise TooManyRows(most=MAX_ROWS)
        if place[1] >= MAX_COLUMNS:
            raise TooManyColumns(most=MAX_COLUMNS)
        self.marks.is_empty = False
        if self._cell.get("t") == "e":
            self.marks.harms[place] = "cell_error"
        elif not self._has_value:
            self.marks.harms[place] = "formula"
        elif width := self._padded.get(self._cell.get("s", "")):
            self.marks.widths[place] = width


def _column(letters: str) -> int:
    """Return the number of a column by its letters: A is 0, Z 25, AA 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _local(tag: str) -> str:
    """Return the name of an element without its namespace."""
    return tag.rpartition("}")[2]
