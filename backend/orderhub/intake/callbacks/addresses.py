"""Addresses: which of them a callback may reach. An address in a shop's settings must not open our own network.

A name is resolved once, what it resolves to is checked, and that very address is called: so a name cannot change its
mind in between. Hosts that an operator lists (ORDERHUB_CALLBACK_HOSTS) may lie anywhere, and need no TLS.
"""

import asyncio
import socket
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias
from urllib.parse import SplitResult

from orderhub.kernel.outbox import DeliveryFailed

Address: TypeAlias = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")


async def resolve(url: SplitResult, *, allowed: Collection[str]) -> list[Address]:
    """Return where the host of an address lies; refuses what may not be called."""
    host = (url.hostname or "").lower()
    if host not in allowed and url.scheme != "https":
        raise DeliveryFailed(f"not_https: {url.scheme}", permanent=True)
    found = await _lookup(host, url.port or (443 if url.scheme == "https" else 80))
    if host not in allowed and not all(is_public(address) for address in found):
        raise DeliveryFailed("private_network", permanent=True)
    return found


def is_public(address: Address) -> bool:
    """Tell whether an address lies in the open internet; one IPv4 address in disguise counts as what it is."""
    inner = _inner(address)
    return address.is_global and not address.is_multicast and (inner is None or is_public(inner))


def _inner(address: Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


async def _lookup(host: str, port: int) -> list[Address]:
    try:
        loop = asyncio.get_running_loop()
        rows = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise DeliveryFailed("unknown_host", permanent=False) from None
    return list(dict.fromkeys(ip_address(row[4][0]) for row in rows))
