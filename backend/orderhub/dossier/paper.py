"""Paper: A4 sheets filled from the top, first laid out and then drawn, so that every sheet knows how many there are.

Lengths are points (1/72 inch), measured from the upper left corner.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeAlias

import msgspec
import segno
from fpdf import FPDF

from orderhub.dossier import typeface
from orderhub.dossier.lines import broken

WIDTH, HEIGHT = 595.28, 841.89
MARGIN, FOOT = 48.0, 56.0
INNER = WIDTH - 2 * MARGIN
_LEADING = 1.42  # of a line to the next, in sizes
_KEPT = 240.0  # a row lower than this stays in one piece
_RISE = 0.86  # from the top of a line to its baseline
_INK, _GREY, _RULE, _BAD = (20, 24, 26), (92, 99, 104), (205, 210, 208), (176, 30, 24)
TONES = {"ink": _INK, "grey": _GREY, "bad": _BAD}

Draw: TypeAlias = Callable[[FPDF], None]


class Column(msgspec.Struct, frozen=True):
    """A column of a table: its title, its width, and whether it holds amounts."""

    title: str
    width: float
    is_right: bool = False


class Paper:
    """Sheets being filled."""

    def __init__(self) -> None:
        self.sheets: list[list[Draw]] = [[]]
        self.y = MARGIN

    def need(self, height: float) -> bool:
        """Begin a new sheet if this much does not fit on the present one; tell whether it was."""
        if self.y + height <= HEIGHT - FOOT:
            return False
        self.sheets.append([])
        self.y = MARGIN
        return True

    def skip(self, height: float) -> None:
        self.y += height

    def text(self, text: str, *, size: float = 9, tone: str = "ink", column: float = INNER) -> None:
        """Write a paragraph."""
        for line in broken(typeface.shown(text), column=column, size=size):
            self.need(size * _LEADING)
            self._write(line, MARGIN, self.y, size, tone)
            self.y += size * _LEADING

    def heading(self, text: str) -> None:
        """Write the title of a part; it never stands alone at the foot of a sheet."""
        self.need(70)
        self.skip(12)
        self.text(text, size=12)
        self.rule()

    def rule(self) -> None:
        """Draw a thin line across."""
        y = self.y + 2
        self.sheets[-1].append(lambda pdf: _line(pdf, y))
        self.y += 6

    def facts(self, rows: Sequence[tuple[str, str]], *, column: float = INNER) -> None:
        """Write names with what they stand for beside them."""
        for name, value in rows:
            lines = broken(typeface.shown(value), column=column - 100, size=9)
            self.need(len(lines) * 9 * _LEADING)
            self._write(typeface.shown(name), MARGIN, self.y, 9, "grey")
            for line in lines:
                self._write(line, MARGIN + 100, self.y, 9, "ink")
                self.y += 9 * _LEADING

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, size: float = 8) -> None:
        """Write a table; its titles come again on every sheet, and a row may go on over the sheet's end."""
        self.need(4 * size * _LEADING + 16)  # titles never stand alone at the foot of a sheet
        self._titles(columns, size)
        for row in rows:
            cells = [
                broken(typeface.shown(text), column=column.width - 6, size=size)
                for text, column in zip(row, columns, strict=True)
            ]
            tall = max(map(len, cells))
            if tall * size * _LEADING < _KEPT and self.need(tall * size * _LEADING + 4):
                self._titles(columns, size)
            for at in range(tall):
                if self.need(size * _LEADING + 4):
                    self._titles(columns, size)
                self._cells(columns, [cell[at] if at < len(cell) else "" for cell in cells], size, "ink")
            self.rule()

    def code(self, address: str, *, x: float, y: float, side: float) -> None:
        """Draw a QR code at a place of this sheet, with the quiet zone its readers need."""
        matrix = [list(row) for row in segno.make(address, error="m", micro=False).matrix_iter(border=4)]
        module = side / len(matrix)
        self.sheets[-1].append(lambda pdf: _squares(pdf, matrix, x, y, module))

    def bytes(self, *, title: str, lang: str, made_at: datetime, foot: Callable[[int, int], str]) -> bytes:
        """Draw all sheets; ``foot`` says what stands below a sheet, given its number and how many there are."""
        pdf = FPDF(unit="pt", format="A4")
        pdf.set_auto_page_break(False)
        pdf.set_title(title)
        pdf.set_lang(lang)
        pdf.set_creator("OrderHub")
        pdf.set_creation_date(made_at)
        typeface.put_on(pdf)
        for number, sheet in enumerate(self.sheets, start=1):
            self.y = HEIGHT - FOOT + 22
            sheet.append(_writing(typeface.shown(foot(number, len(self.sheets))), MARGIN, self.y, 8, "grey"))
            pdf.add_page()
            for draw in sheet:
                draw(pdf)
        return bytes(pdf.output())

    def _titles(self, columns: Sequence[Column], size: float) -> None:
        self._cells(columns, [column.title for column in columns], size, "grey")
        self.rule()

    def _cells(self, columns: Sequence[Column], texts: Sequence[str], size: float, tone: str) -> None:
        x = MARGIN
        for column, text in zip(columns, texts, strict=True):
            indent = column.width - 6 - typeface.width(text, size) if column.is_right else 0
            self._write(text, x + indent, self.y, size, tone)
            x += column.width
        self.y += size * _LEADING

    def _write(self, text: str, x: float, y: float, size: float, tone: str) -> None:
        self.sheets[-1].append(_writing(text, x, y, size, tone))


def _writing(text: str, x: float, y: float, size: float, tone: str) -> Draw:
    def draw(pdf: FPDF) -> None:
        pdf.set_font(typeface.FAMILY, size=size)
        pdf.set_text_color(*TONES[tone])
        pdf.text(x, y + size * _RISE, text)

    return draw


def _line(pdf: FPDF, y: float) -> None:
    pdf.set_draw_color(*_RULE)
    pdf.set_line_width(0.5)
    pdf.line(MARGIN, y, WIDTH - MARGIN, y)


def _squares(pdf: FPDF, matrix: Sequence[Sequence[int]], x: float, y: float, module: float) -> None:
    """Draw each row's dark modules as few wide rectangles."""
    pdf.set_fill_color(0, 0, 0)
    for down, row in enumerate(matrix):
        across = 0
        while across < len(row):
            run = next((n for n in range(across, len(row)) if not row[n]), len(row)) - across
            if run:
                pdf.rect(x + across * module, y + down * module, run * module, module, style="F")
            across += max(run, 1)
