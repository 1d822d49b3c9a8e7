"""Guesses: wrong links are counted by address, refused without further ado above a limit, and noticed once a window.

A right link always opens: many phones of one mobile network share an address, and 128 bits are not found by trying,
so a lock would only keep buyers out. Counted in Redis by all processes together, or else in memory, by each for itself:
a guess costs no database.
"""

import logging
from datetime import datetime, timedelta

import msgspec

from orderhub.accounts import attempts, tallies
from orderhub.accounts.tallies import Tally
from orderhub.journey.refusals import TooManyLinks, UnknownLink
from orderhub.kernel import clock, ledger, postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.errors import Refusal

logger = logging.getLogger(__name__)

WINDOW = timedelta(minutes=10)
LIMIT = 20
# Wrong links from all addresses together: nobody is refused for it, but somebody should look.
NOTICED_IN_ALL = 500
_MOST_PLACES = 10_000
_EVERYWHERE = "everywhere"


class Count(msgspec.Struct):
    """How many wrong links came from one place since a moment."""

    since: datetime
    tries: int = 0


_counts: dict[str, Count] = {}


async def wrong_link(ip: str | None) -> Refusal:
    """Count one wrong link, notice whoever tries many, and return how it is to be refused."""
    place = attempts.network(ip)
    counted = await tallies.shared.add([f"link:{place}", f"link:{_EVERYWHERE}"], window=WINDOW)
    here, everywhere = counted or (_count(place), _count(_EVERYWHERE))
    if here.tries == LIMIT + 1:
        await _notice(place, ip)
    if everywhere.tries == NOTICED_IN_ALL + 1:
        await _notice(_EVERYWHERE, None)
    if here.tries <= LIMIT:
        return UnknownLink()
    return TooManyLinks(minutes=max(1, -int(-here.rest.total_seconds() // 60)))


def forget() -> None:
    """Begin to count anew."""
    _counts.clear()


def _count(place: str) -> Tally:
    now = clock.now()
    known = _counts.get(place)
    if known is None or known.since + WINDOW <= now:
        _counts.pop(place, None)
        _make_room(now)
        known = _counts[place] = Count(now)
    known.tries += 1
    return Tally(place=place, tries=known.tries, rest=known.since + WINDOW - now)


def _make_room(now: datetime) -> None:
    if len(_counts) < _MOST_PLACES:
        return
    for place in [place for place, count in _counts.items() if count.since + WINDOW <= now]:
        del _counts[place]
    while len(_counts) >= _MOST_PLACES:
        del _counts[next(place for place in _counts if place != _EVERYWHERE)]  # whoever began first


async def _notice(place: str, ip: str | None) -> None:
    logger.warning("many wrong journey links within %s, from %s", WINDOW, place)
    stranger = Actor(kind="system", id="stranger", name="", ip=ip)
    evidence = {"place": place, "window_minutes": WINDOW.total_seconds() / 60}
    async with postgres.transaction() as tx:
        await ledger.record(tx, stream="access", action="journey.guessed", actor=stranger, evidence=evidence)
