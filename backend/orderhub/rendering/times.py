"""Moments as ``<time>`` elements: readable text from the server, kept fresh by the page's own script (web/src/times.ts).

Clock times are those of the organisation's time zone, so that two people on one floor read the same clock.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from orderhub.kernel import clock
from orderhub.rendering.catalogue import Words
from orderhub.rendering.formats import duration

_zone = ZoneInfo("Asia/Shanghai")
_NEAR = {-1: "time.yesterday", 0: "time.today", 1: "time.tomorrow"}


def use_zone(name: str) -> None:
    """Set the organisation's time zone for every page of this process."""
    global _zone
    _zone = ZoneInfo(name)


def zone() -> ZoneInfo:
    """Return the organisation's time zone, in which people type dates."""
    return _zone


def when(at: datetime, words: Words, style: str = "day") -> Markup:
    """Return a moment in one of the styles of ``_STYLES``."""
    text = _STYLES[style](at, words)
    moment = at.isoformat(timespec="seconds").replace("+00:00", "Z")
    live = Markup(' data-as="{}"').format(style) if style in ("ago", "left", "held") else ""
    return Markup('<time datetime="{}"{}>{}</time>').format(moment, live, text)


def written(at: datetime, words: Words) -> str:
    """Return a moment as plain text with its date, which still holds when it is read tomorrow, in somebody's chat."""
    here = at.astimezone(_zone)
    month = words.text(f"time.month.{here.month}")
    return words.text("time.written", month=month, day=here.day, clock=f"{here:%H:%M}")


def stamp(at: datetime) -> str:
    """Return a moment to the second with its whole date, the same in every language: for papers and proofs."""
    return f"{at.astimezone(_zone):%Y-%m-%d %H:%M:%S}"


def _clock(at: datetime, words: Words) -> str:
    return f"{at.astimezone(_zone):%H:%M}"


def _exact(at: datetime, words: Words) -> str:
    here = at.astimezone(_zone)
    return f"{here:%m-%d %H:%M:%S}" if _is_this_year(here) else f"{here:%Y-%m-%d %H:%M:%S}"


def _day(at: datetime, words: Words) -> str:
    here = at.astimezone(_zone)
    away = _days_away(here)
    if away in _NEAR:
        return words.text(_NEAR[away], clock=f"{here:%H:%M}")
    return f"{here:%m-%d %H:%M}" if _is_this_year(here) else f"{here:%Y-%m-%d %H:%M}"


def _by(at: datetime, words: Words) -> str:
    """A moment of today is a clock time alone: whoever works against it has no time to read more."""
    here = at.astimezone(_zone)
    return _day(at, words) if _days_away(here) else f"{here:%H:%M}"


def _ago(at: datetime, words: Words) -> str:
    past = clock.now() - at
    return words.text("js.now") if past.total_seconds() < 5 else words.text("js.ago", d=duration(past, words))


def _left(at: datetime, words: Words) -> str:
    rest = at - clock.now()
    key = "js.left" if rest.total_seconds() >= 0 else "js.over"
    return words.text(key, d=duration(rest, words))


def _held(at: datetime, words: Words) -> str:
    return words.text("js.held", d=duration(clock.now() - at, words))


def _days_away(here: datetime) -> int:
    return (here.date() - clock.now().astimezone(_zone).date()).days


def _is_this_year(here: datetime) -> bool:
    return here.year == clock.now().astimezone(_zone).year


_STYLES = {
    "clock": _clock,
    "by": _by,
    "exact": _exact,
    "day": _day,
    "ago": _ago,
    "left": _left,
    "held": _held,
}
