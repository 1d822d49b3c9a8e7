"""Small drawings as SVG numbers: a sparkline's points, a bar's share. A number in words stands beside each."""

from collections.abc import Sequence

import msgspec

_WIDTH, _TOP, _FLOOR = 100.0, 2.0, 26.0


class Spark(msgspec.Struct, frozen=True):
    """Points of a polyline in a box of 100 by 28, the area below it, and the height of the limit line."""

    line: str
    area: str
    limit: str | None


def spark(trend: Sequence[int], limit: int | None = None) -> Spark:
    """Draw at least two values, oldest first; the greatest of them (and the limit) touches the top."""
    greatest = max(*trend, limit or 0, 1)
    step = _WIDTH / (len(trend) - 1)
    points = [f"{place * step:.1f},{_height(value, greatest):.1f}" for place, value in enumerate(trend)]
    line = " ".join(points)
    drawn = f"{_height(limit, greatest):.1f}" if limit else None
    return Spark(line, f"0,28 {line} 100,28", drawn)


def share(part: int, whole: int) -> str:
    """Return a part as a percentage for an SVG attribute."""
    return f"{100 * part / whole:.1f}" if whole else "0"


def _height(value: int, greatest: int) -> float:
    return _FLOOR - (_FLOOR - _TOP) * value / greatest
