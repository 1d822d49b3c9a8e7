"""The typeface of printed papers: read once for this process, its few used characters cut out for each paper.

Opening fifteen thousand outlines anew takes a third of a second; with what never changes kept, it takes a tenth of that.
"""

import unicodedata
from collections import defaultdict
from functools import cache
from threading import Lock

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.fonts import SubsetMap, TTFFont

from orderhub.rendering import assets

FAMILY = "paper"
# What stands for a character that the typeface lacks: seen by whoever reads the paper.
STAND_IN = "□"
_FILE = "fonts/paper.ttf"
_UNSEEN = ("Cc", "Cf", "Mn", "Cs")
_opening = Lock()


def put_on(pdf: FPDF) -> None:
    """Make the typeface known to a paper, as ``add_font`` would, without reading all of it again."""
    kept, order = _kept()
    font = TTFFont.__new__(TTFFont)
    for name in TTFFont.__slots__:
        if hasattr(kept, name):
            setattr(font, name, getattr(kept, name))
    font.ttfont = TTFont(assets.path(_FILE), recalcTimestamp=False, lazy=True)
    font.ttfont.setGlyphOrder(list(order))
    font.cw = defaultdict(lambda: float(kept.desc.missing_width), kept.cw)
    font.missing_glyphs = []
    font.subset = SubsetMap(font)
    pdf.fonts[FAMILY] = font


def width(text: str, size: float) -> float:
    """Return how wide a text is, in points."""
    widths = _kept()[0].cw
    return sum(widths[ord(character)] for character in text) * size / 1000


def shown(text: str) -> str:
    """Return a text as it can be printed: on one line, with a stand-in for every character the typeface lacks."""
    known = _kept()[0].cmap
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    printed = (character if ord(character) in known else _missing(character) for character in composed)
    return "".join(printed)


def _missing(character: str) -> str:
    return "" if unicodedata.category(character) in _UNSEEN else STAND_IN


def _kept() -> tuple[TTFFont, tuple[str, ...]]:
    with _opening:
        return _read()


@cache
def _read() -> tuple[TTFFont, tuple[str, ...]]:
    pdf = FPDF()
    pdf.add_font(FAMILY, fname=assets.path(_FILE))
    font = pdf.fonts[FAMILY]
    assert isinstance(font, TTFFont)
    return font, tuple(font.ttfont.getGlyphOrder())
