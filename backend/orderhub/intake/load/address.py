"""Whose machine an address is: a load that hits the wrong hub is an attack."""

from urllib.parse import urlsplit

from orderhub.accounts import edge
from orderhub.intake.load.refusals import NotThisMachine


def require_this_machine(url: str) -> None:
    """Refuse an address that is not loopback."""
    if not edge.is_loopback(urlsplit(url).hostname):
        raise NotThisMachine(url=url)
