"""Asking hubs on ports of this machine, over plain HTTP, as programs do that wait for one.

httpx reads every certificate authority of the world for each client it makes, which takes 40 ms of a core: what asks
again and again would take that core from the hub it waits for. Here nobody is trusted, and nobody has to be.
"""

import ssl
from typing import Any

import httpx

_NOBODY_TRUSTED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def ask(url: str, *, timeout: float = 5, **more: Any) -> httpx.Response:
    """Ask once, on a connection of its own."""
    return httpx.get(url, verify=_NOBODY_TRUSTED, timeout=timeout, **more)


def asking(address: str, *, timeout: float = 5, **more: Any) -> httpx.AsyncClient:
    """Return a program that asks one hub; the caller closes it."""
    return httpx.AsyncClient(base_url=address, verify=_NOBODY_TRUSTED, timeout=timeout, **more)
