"""The due ring: how much of a time limit is left, as a number, a unit, a tone and a percentage."""

from datetime import datetime

import msgspec

from orderhub.kernel import clock
from orderhub.rendering.catalogue import Words
from orderhub.rendering.formats import short_duration

_SHORT = 25  # percent left from which time is short


class Ring(msgspec.Struct, frozen=True):
    """What a ring shows. ``tone`` is empty for the holder's own tone."""

    percent: int
    tone: str
    amount: str
    unit: str
    over: bool


def ring(span: tuple[datetime, datetime], words: Words) -> Ring:
    """Return the ring of a visit entered at the first moment and due at the second. Keep in step with web/src/rings.ts."""
    entered, due = span
    rest = (due - clock.now()).total_seconds()
    whole = max((due - entered).total_seconds(), 1.0)
    percent = max(0, min(100, int(100 * rest / whole)))
    amount, unit = short_duration(int(rest), words)
    tone = "bad" if rest < 0 else "warn" if percent < _SHORT else ""
    return Ring(percent, tone, amount, unit, over=rest < 0)
