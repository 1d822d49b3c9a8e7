"""Whose machine an address is: a load that hits the wrong hub is an attack."""

import ipaddress
from urllib.parse import urlsplit

from orderhub.intake.load.refusals import NotThisMachine


def require_this_machine(url: str) -> None:
    """Refuse an address that is not loopback."""
    host = urlsplit(url).hostname or ""
    try:
        is_here = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_here = host == "localhost"
    if not is_here:
        raise NotThisMachine(url=url)
