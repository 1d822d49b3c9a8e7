"""Makes the typeface of printed papers: Chinese, Latin, Greek and Cyrillic in one TrueType file of one weight.

The packages hold a variable typeface in a hundred web parts; a PDF needs plain outlines in one. Every outline stands for
itself, so that cutting out the few characters of a paper is cheap. No part of a page's weight: no address serves it.
"""

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from infra.assets.inputs import ROOT, WEB, fingerprint

NAME = "fonts/paper.ttf"
# Of two that have a character the first one's is taken.
PACKAGES = ("@fontsource-variable/noto-sans-sc", "@fontsource-variable/noto-sans")
WEIGHT = 400
_UNITS = 1000
_CREATED = 3_800_000_000  # seconds since 1904, the same for every build
_NOTDEF = ".notdef"
_LEFT_OUT = ("devanagari",)
_LAYOUT = (
    "GSUB",
    "GPOS",
    "GDEF",
    "BASE",
    "STAT",
    "MVAR",
    "HVAR",
    "VVAR",
    "vhea",
    "vmtx",
    "prep",
    "gasp",
    "cvar",
)
_LAST_MADE = ROOT / "build" / "paper.ttf"
_CREDIT = "Made of Noto Sans SC and Noto Sans by Google and Adobe, SIL Open Font License 1.1"


class Outlines(NamedTuple):
    """What one part brings: outlines with their widths by character; 0 is the box for what is missing."""

    glyphs: Mapping[int, Any]
    widths: Mapping[int, int]


def files() -> dict[str, bytes]:
    """Return the typeface and the licences it stands under, by their names below web/dist."""
    licences = {
        f"fonts/{package.rpartition('/')[2]}-OFL.txt": (_folder(package) / "LICENSE").read_bytes()
        for package in PACKAGES
    }
    return {NAME: _typeface(), **licences}


def _typeface() -> bytes:
    """Make it only when packages or this file changed: it takes some ten seconds."""
    inputs = fingerprint([WEB / "package-lock.json", Path(__file__)])
    noted = _LAST_MADE.with_suffix(".inputs")
    if _LAST_MADE.is_file() and noted.is_file() and noted.read_text() == inputs:
        return _LAST_MADE.read_bytes()
    made = _joined(_parts())
    _LAST_MADE.parent.mkdir(exist_ok=True)
    _LAST_MADE.write_bytes(made)
    noted.write_text(inputs)
    return made


def _parts() -> Iterator[Outlines]:
    paths = [path for package in PACKAGES for path in _files(package)]
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        yield from pool.map(_outlines, paths, chunksize=4)


def _files(package: str) -> list[Path]:
    found = sorted((_folder(package) / "files").glob("*-wght-normal.woff2"))
    if not found:
        raise FileNotFoundError(f"{package} holds no upright typeface with a weight axis")
    return [path for path in found if not any(script in path.name for script in _LEFT_OUT)]


def _folder(package: str) -> Path:
    return WEB / "node_modules" / package


def _outlines(path: Path) -> Outlines:
    font = TTFont(path)
    if font["head"].unitsPerEm != _UNITS:
        raise ValueError(f"{path.name}: expected {_UNITS} units, got {font['head'].unitsPerEm}")
    for table in _LAYOUT:
        if table in font:
            del font[table]
    font = instancer.instantiateVariableFont(font, {"wght": WEIGHT}, inplace=True)
    names = {0: _NOTDEF, **font.getBestCmap()}
    drawn = font.getGlyphSet()
    return Outlines(
        {code: _outline(drawn, name) for code, name in names.items()},
        {code: font["hmtx"][name][0] for code, name in names.items()},
    )


def _outline(drawn: Any, name: str) -> Any:
    """Draw what is put together of other outlines as one of its own."""
    recording, pen = DecomposingRecordingPen(drawn), TTGlyphPen(None)
    drawn[name].draw(recording)
    recording.replay(pen)
    return pen.glyph()


def _joined(parts: Iterator[Outlines]) -> bytes:
    glyphs: dict[int, Any] = {}
    widths: dict[int, int] = {}
    for part in parts:
        glyphs = {**part.glyphs, **glyphs}
        widths = {**part.widths, **widths}
    codes = sorted(glyphs)
    names = {code: f"u{code:04X}" if code else _NOTDEF for code in codes}
    builder = FontBuilder(_UNITS, isTTF=True)
    builder.setupGlyphOrder([names[code] for code in codes])
    builder.setupCharacterMap({code: names[code] for code in codes if code})
    builder.setupGlyf({names[code]: glyphs[code] for code in codes})
    lefts = {name: getattr(builder.font["glyf"][name], "xMin", 0) for name in names.values()}
    builder.setupHorizontalMetrics({names[code]: (widths[code], lefts[names[code]]) for code in codes})
    builder.setupHorizontalHeader(ascent=1069, descent=-293)
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, sCapHeight=733, usWeightClass=WEIGHT)
    builder.setupNameTable({"familyName": "OrderHub Paper", "styleName": "Regular", "copyright": _CREDIT})
    builder.setupPost(keepGlyphNames=False)
    builder.setupHead(unitsPerEm=_UNITS, created=_CREATED, modified=_CREATED)
    written = BytesIO()
    builder.font.recalcTimestamp = False
    builder.save(written)
    return written.getvalue()
