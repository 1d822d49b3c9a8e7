"""JSON whose numbers survive to the last digit: integers of any length, decimals as decimals, never a float.

Refused: what is not UTF-8 or not JSON, half a surrogate pair, nesting beyond ``MAX_DEPTH``. U+0000 becomes U+FFFD,
because PostgreSQL stores it in neither text nor jsonb; the raw bytes kept beside the message still have it.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec

MAX_DEPTH: Final = 100

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BACKSLASH = b"\\"
_NUL = b"\\u0000"
_ESCAPED_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
_AT_BYTE = re.compile(r"\(byte (\d+)\)")
_LONGEST_NUMERAL = 1_000
_GREATEST_EXPONENT = 400


class NotJson(ValueError):
    """The bytes cannot be read. ``fault`` is how: ``unreadable`` (at ``place``, line:column), ``cut_short``, ``not_utf8``, ``too_deep``."""

    def __init__(self, fault: str, place: str = "") -> None:
        super().__init__(f"{fault} at {place}" if place else fault)
        self.fault, self.place = fault, place


def decode(raw: bytes) -> Any:
    """Read JSON into dict, list, str, int, Decimal, bool and None."""
    raw = raw.removeprefix(_BYTE_ORDER_MARK)
    if _BACKSLASH in raw and _NUL in raw:  # one sign is looked for several times as fast as six
        raw = _ESCAPED_NUL.sub(rb"\1\\ufffd", raw)
    try:
        value = _decoder.decode(raw)
    except UnicodeDecodeError as broken:
        raise NotJson("not_utf8") from broken
    except msgspec.MsgspecError as broken:
        raise _not_json(raw, str(broken)) from broken
    except RecursionError as broken:
        raise NotJson("too_deep") from broken
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH:
        _check_depth(value)
    return value


def encode(value: Any) -> bytes:
    """Write JSON; a Decimal becomes a numeral of the same value, trailing zeros included."""
    return _encoder.encode(value)


def _not_json(raw: bytes, said: str) -> NotJson:
    """Of the decoder's words only the place is used: people read ours, in their language."""
    found = _AT_BYTE.search(said)
    if found is None:
        return NotJson("cut_short")
    *lines, last = raw[: int(found[1])].split(b"\n")
    return NotJson("unreadable", f"{len(lines) + 1}:{len(last.decode(errors='replace')) + 1}")


def _check_depth(value: Any) -> None:
    """Walk level by level, because a recursive walk is what deep nesting would break."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise NotJson("too_deep")


def _inside(value: Any) -> list[Any]:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [item for item in items if isinstance(item, dict | list)]


def _numeral(text: str) -> Decimal | str:
    # 1E999999999 is valid JSON, but writing it out (as PostgreSQL's numeric does) takes a gigabyte: it stays text.
    if len(text) > _LONGEST_NUMERAL:
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return number if -_GREATEST_EXPONENT < number.adjusted() < _GREATEST_EXPONENT else text


_decoder = msgspec.json.Decoder(float_hook=_numeral)
_encoder = msgspec.json.Encoder(decimal_format="number")
