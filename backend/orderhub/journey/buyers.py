"""Buyers: whoever holds the link of an order acts as its buyer, on that order and nothing else."""

from ipaddress import ip_address, ip_network
from uuid import UUID

from orderhub.kernel.actors import Actor


def buyer(order_id: UUID, shop_id: int, *, ip: str | None, request_id: str) -> Actor:
    """Return the buyer of an order as an actor. Without roles: only what a flow opens to ``buyer`` is allowed.

    The ledger cannot forget, so it learns only the network a buyer pressed from.
    """
    return Actor(
        kind="buyer",
        id=f"buyer:{order_id}",
        name="",
        shops=frozenset({shop_id}),
        ip=_network(ip),
        request_id=request_id,
    )


def _network(ip: str | None) -> str | None:
    if ip is None:
        return None
    length = 24 if ip_address(ip).version == 4 else 48
    return str(ip_network(f"{ip}/{length}", strict=False))
