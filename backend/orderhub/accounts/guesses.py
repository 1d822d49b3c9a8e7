"""Guesses: wrong secret addresses are counted by place, refused without further ado above a limit, and noticed once a window.

A right address always opens: many phones of one mobile network share a place, and 128 bits are not found by trying, so a
lock would only keep people out. Counted in Redis by all processes together, or else in memory, by each for itself: a
guess costs no database.
"""

import logging
from datetime import datetime, timedelta

import msgspec

from orderhub.accounts import attempts, tallies
from orderhub.accounts.tallies import Tally
from orderhub.kernel import clock, ledger, postgres
from orderhub.kernel.actors import Actor

logger = logging.getLogger(__name__)

WINDOW = timedelta(minutes=10)
LIMIT = 20
# Wrong addresses from all places together: nobody is refused for it, but somebody should look.
NOTICED_IN_ALL = 500
_MOST_PLACES = 10_000
_EVERYWHERE = "everywhere"


class Count(msgspec.Struct):
    """How many wrong addresses came from one place since a moment."""

    since: datetime
    tries: int = 0


class Guesses:
    """The wrong addresses of one kind; crossing a limit is noticed as ``<what>.guessed`` in the stream ``access``."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._counts: dict[str, Count] = {}

    async def wrong(self, ip: str | None) -> int | None:
        """Count one wrong address and notice whoever tries many; return for how many minutes the place is refused."""
        place = attempts.network(ip)
        counted = await tallies.shared.add(
            [f"{self.what}:{place}", f"{self.what}:{_EVERYWHERE}"], window=WINDOW
        )
        here, everywhere = counted or (self._count(place), self._count(_EVERYWHERE))
        if here.tries == LIMIT + 1:
            await self._notice(place, ip)
        if everywhere.tries == NOTICED_IN_ALL + 1:
            await self._notice(_EVERYWHERE, None)
        return None if here.tries <= LIMIT else max(1, -int(-here.rest.total_seconds() // 60))

    def forget(self) -> None:
        """Begin to count anew."""
        self._counts.clear()

    def _count(self, place: str) -> Tally:
        now = clock.now()
        known = self._counts.get(place)
        if known is None or known.since + WINDOW <= now:
            self._counts.pop(place, None)
            self._make_room(now)
            known = self._counts[place] = Count(now)
        known.tries += 1
        return Tally(place=place, tries=known.tries, rest=known.since + WINDOW - now)

    def _make_room(self, now: datetime) -> None:
        if len(self._counts) < _MOST_PLACES:
            return
        for place in [place for place, count in self._counts.items() if count.since + WINDOW <= now]:
            del self._counts[place]
        while len(self._counts) >= _MOST_PLACES:
            del self._counts[
                next(place for place in self._counts if place != _EVERYWHERE)
            ]  # whoever began first

    async def _notice(self, place: str, ip: str | None) -> None:
        logger.warning("many wrong addresses of %s within %s, from %s", self.what, WINDOW, place)
        stranger = Actor(kind="system", id="stranger", name="", ip=ip)
        evidence = {"place": place, "window_minutes": WINDOW.total_seconds() / 60}
        async with postgres.transaction() as tx:
            action = f"{self.what}.guessed"
            await ledger.record(tx, stream="access", action=action, actor=stranger, evidence=evidence)
