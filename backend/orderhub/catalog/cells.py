"""One table of cells, whatever kind of file it came from, with what the file's program did to each cell."""

from typing import Literal

import msgspec

# number: a spreadsheet holds it as a number, so zeros in front would be gone. digits_lost: it was too long for a
# number and its end is gone too. The others hold something that nobody typed.
Harm = Literal["number", "digits_lost", "date", "formula", "cell_error"]

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 100


class Cell(msgspec.Struct, frozen=True):
    """What a person sees in the cell, and how it may differ from what they typed."""

    text: str = ""
    harm: Harm | None = None


class Row(msgspec.Struct, frozen=True):
    """One line of the table; ``number`` is the one the spreadsheet shows at its left."""

    number: int
    cells: list[Cell]


class Table(msgspec.Struct, frozen=True):
    """The rows that hold anything, and the names of sheets that were left alone."""

    rows: list[Row]
    other_sheets: list[str] = []


EMPTY = Cell()
