"""The demo stays on this machine: everybody knows its passwords."""

from orderhub.accounts import edge
from orderhub.demo import founding
from orderhub.kernel.errors import Refusal


class NotLoopback(Refusal):
    """Anybody can sign in to the demo, so only this machine may reach it. Data: host."""


def require(host: str) -> None:
    """Refuse an address that other machines can reach."""
    if not edge.is_loopback(host):
        raise NotLoopback(host=host)


async def require_of_a_demo(host: str) -> None:
    """Refuse it where the open database is a demo's, whoever serves it."""
    if await founding.is_demo():
        require(host)
