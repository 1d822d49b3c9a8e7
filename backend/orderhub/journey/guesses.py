"""Guesses of buyers' links: counted by address, refused above a limit, noticed once a window. A right link always opens."""

from orderhub.accounts.guesses import Guesses
from orderhub.journey.refusals import TooManyLinks, UnknownLink
from orderhub.kernel.errors import Refusal

_guesses = Guesses("journey")
forget = _guesses.forget


async def wrong_link(ip: str | None) -> Refusal:
    """Count one wrong link, and return how it is to be refused."""
    minutes = await _guesses.wrong(ip)
    return TooManyLinks(minutes=minutes) if minutes else UnknownLink()
