"""Buyers: whoever holds the link of an order acts as its buyer, on that order and nothing else."""

from uuid import UUID

from orderhub.kernel.actors import Actor


def buyer(order_id: UUID, shop_id: int, *, ip: str | None, request_id: str) -> Actor:
    """Return the buyer of an order as an actor. Without roles: only what a flow opens to ``buyer`` is allowed."""
    return Actor(
        kind="buyer",
        id=f"buyer:{order_id}",
        name="",
        shops=frozenset({shop_id}),
        ip=ip,
        request_id=request_id,
    )
