"""Tallies: how often something was tried at a place within a window, counted by all processes together.

A contract, because where they lie is up to the installation: in Redis, or nowhere, and then each room counts in its own
way (``attempts`` in the database, the journey's guesses in memory). So does it while Redis is away: nobody is refused
for that, and nobody gets in for it.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

import msgspec


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How often something was tried at a place, and how long until counting begins anew."""

    place: str
    tries: int
    rest: timedelta


class Tallies(Protocol):
    """Who counts. It never raises: whoever cannot count answers None."""

    async def add(self, places: Sequence[str], *, window: timedelta) -> list[Tally] | None:
        """Count one try at each place; None when that is not possible now."""

    async def take_back(self, places: Sequence[str]) -> None:
        """Count one try less at each place."""

    async def forget(self, places: Sequence[str]) -> None:
        """Begin to count anew at these places."""


class Nobody:
    """The null twin: never counts."""

    async def add(self, places: Sequence[str], *, window: timedelta) -> list[Tally] | None:
        """Leave the counting to the room."""
        return None

    async def take_back(self, places: Sequence[str]) -> None:
        """Do nothing."""

    async def forget(self, places: Sequence[str]) -> None:
        """Do nothing."""


shared: Tallies = Nobody()


def share(tallies: Tallies | None) -> None:
    """Set who counts for all processes; None for nobody."""
    global shared
    shared = tallies or Nobody()
