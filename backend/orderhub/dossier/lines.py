"""Lines: where a text is broken so that it fits a column; Chinese between any two characters, Latin between words."""

from collections.abc import Iterator

from orderhub.dossier.typeface import width

# None of these begins a line, none of those ends one.
_CLOSING = frozenset("，。、；：？！）】》」』”’…—·,.;:?!)]}%")
_OPENING = frozenset("（【《「『“‘([{")


def broken(text: str, *, column: float, size: float) -> list[str]:
    """Return the lines of a text in a column that wide, in points; at least one, which may be empty."""
    lines = [""]
    for piece in _pieces(text):
        if width((lines[-1] + piece).rstrip(), size) <= column:
            lines[-1] += piece
        elif width(piece.rstrip(), size) <= column:
            lines.append(piece)
        else:
            lines += _cut(piece, column=column, size=size)
    return [line.strip() for line in lines if line.strip()] or [""]


def _cut(piece: str, *, column: float, size: float) -> Iterator[str]:
    """A word longer than the column, as a digest or an address is, breaks anywhere."""
    line = ""
    for character in piece:
        if line and width(line + character, size) > column:
            yield line
            line = ""
        line += character
    yield line


def _pieces(text: str) -> Iterator[str]:
    """Yield what is not broken: a word with the blank after it, or one Chinese character with its punctuation."""
    piece = ""
    for character in text:
        if piece and _may_break(piece[-1], character):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in _CLOSING or before in _OPENING:
        return False
    return before == " " or _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    return "⺀" <= character <= "鿿" or "豈" <= character <= "￯" or character >= "\U00020000"
