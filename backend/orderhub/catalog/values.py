"""Reads the values of one row: text, codes, barcodes, whole numbers and weights, with a finding for each that fails."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from orderhub.catalog import gtin
from orderhub.catalog.cells import EMPTY, Cell
from orderhub.catalog.columns import Column
from orderhub.catalog.entries import LONGEST, MOST
from orderhub.catalog.findings import Finding

_NEVER_TYPED = {"date": "excel_date", "formula": "excel_formula", "cell_error": "excel_error"}
_WEIGHT = re.compile(r"(\d+(?:\.\d+)?|\.\d+)(kg|g|千克|公斤|克|斤)?", re.IGNORECASE)
_BETWEEN_DIGITS = re.compile(r"[\s,，]")
_UNITS = {"kg": 1000, "千克": 1000, "公斤": 1000, "斤": 500, "g": 1, "克": 1}


class RowValues:
    """The values of one row by field. Each question adds its findings to the list it was given."""

    def __init__(
        self, row: int, cells: dict[str, Cell], columns: dict[str, Column], findings: list[Finding]
    ) -> None:
        self.row = row
        self._cells = cells
        self._columns = columns
        self._findings = findings
        self._failed: set[str] = set()

    def failed(self, field: str) -> bool:
        """Tell whether something was found wrong with the field already."""
        return field in self._failed

    def is_blank(self) -> bool:
        """Tell whether none of the columns we know holds anything."""
        return not any(cell.text or cell.harm for cell in self._cells.values())

    def text(self, field: str) -> str | None:
        """Return a text with its white space made plain, or None when the cell is empty or unusable."""
        cell = self._typed(field)
        text = " ".join(_printable(cell.text).split())
        return self._short_enough(field, text)

    def code(self) -> tuple[str | None, bool]:
        """Return the SKU code, and whether it came out of a number cell and may have lost its zeros."""
        cell = self._typed("code", exact=True)
        return self._short_enough("code", _printable(cell.text).strip()), cell.harm == "number"

    def barcode(self) -> str | None:
        """Return the barcode, with the zeros a number cell dropped where its check digit proves them."""
        cell = self._typed("barcode", exact=True)
        text = "".join(unicodedata.normalize("NFKC", _printable(cell.text)).split())
        if not text:
            return None
        if not (text.isascii() and text.isprintable()) or re.search(r"[,;|]", text):
            self._fail("barcode", "bad_barcode", got=text[:40])
            return None
        if cell.harm == "number" and not gtin.fits(text) and not gtin.is_mistyped(text):
            return self._restored(text)
        return self._checked(self._short_enough("barcode", text))

    def whole(self, field: str) -> int | None:
        """Return a whole number from 1 to the most the field takes."""
        text = _plain_number(self._typed(field).text)
        if not text:
            return None
        if not re.fullmatch(r"\d{1,12}(\.0*)?", text):
            self._fail(field, "not_whole", got=text[:40])
            return None
        return self._in_range(field, int(text.partition(".")[0]))

    def grams(self) -> int | None:
        """Return a weight in whole grams; the cell's own unit goes before the column's."""
        text = _plain_number(self._typed("weight_grams").text)
        if not text:
            return None
        match = _WEIGHT.fullmatch(text)
        if match is None or len(text) > 20:
            self._fail("weight_grams", "bad_weight", got=text[:40])
            return None
        unit = _UNITS[match[2].lower()] if match[2] else self._columns["weight_grams"].grams
        exact = Decimal(match[1]) * unit
        grams = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
        if grams != exact and grams:
            self._fail("weight_grams", "weight_rounded", got=text, grams=grams)
        return self._in_range("weight_grams", grams)

    def _typed(self, field: str, *, exact: bool = False) -> Cell:
        """Return the cell of a field, or an empty one when it holds what nobody typed; ``exact`` wants each digit."""
        cell = self._cells.get(field, EMPTY)
        if cell.harm in _NEVER_TYPED:
            self._fail(field, _NEVER_TYPED[cell.harm], got=cell.text[:40])
            return EMPTY
        if exact and cell.harm == "digits_lost":
            self._fail(field, "digits_lost", got=cell.text[:40])
            return EMPTY
        return cell

    def _restored(self, digits: str) -> str | None:
        """Return a barcode whose dropped zeros can be proved; otherwise the person must set the column to text."""
        restored = gtin.with_zeros(digits)
        if restored is None:
            self._fail("barcode", "barcode_number", got=digits)
            return None
        self._fail("barcode", "zeros_restored", got=digits, now=restored)
        return restored

    def _checked(self, code: str | None) -> str | None:
        """Refuse a mistyped EAN-13; a number that may be the company's own is only pointed out."""
        if code is None or not gtin.has_length(code) or gtin.fits(code):
            return code
        certain = gtin.is_mistyped(code)
        right = gtin.check_digit(code[:-1])
        self._fail(
            "barcode", "check_digit_wrong" if certain else "check_digit_differs", got=code, right=right
        )
        return None if certain else code

    def _short_enough(self, field: str, text: str) -> str | None:
        if len(text) > LONGEST[field]:
            self._fail(field, "too_long", most=LONGEST[field], length=len(text))
            return None
        return text or None

    def _in_range(self, field: str, number: int) -> int | None:
        if 1 <= number <= MOST[field]:
            return number
        self._fail(field, "out_of_range", got=number, most=MOST[field])
        return None

    def _fail(self, field: str, finding: str, **data: str | int) -> None:
        self._failed.add(field)
        self._findings.append(Finding(code=finding, row=self.row, column=field, data=data))


def _printable(text: str) -> str:
    """Drop what cannot be seen (zero-width and direction marks, control characters); line breaks become spaces."""
    if text.isprintable():
        return text
    return "".join(
        " " if letter in "\r\n\t" else letter
        for letter in text
        if letter in "\r\n\t" or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )


def _plain_number(text: str) -> str:
    """Return a number without white space and thousands separators, in ASCII digits."""
    return _BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", text)) if text else ""
