"""Who acts, in which roles, and how far that reaches."""

from typing import Literal

import msgspec

ROLES = ("warehouse", "service", "sales", "finance", "operations", "manager", "admin")

Kind = Literal["person", "channel", "carrier", "buyer", "system", "token"]


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever does something: a person, a channel, a carrier, a buyer with a link, a program with a token, the hub itself.

    ``shops`` and ``warehouses`` of None mean all of them. ``id`` is the scope of the actor's write keys.
    """

    kind: Kind
    id: str
    name: str
    roles: frozenset[str] = frozenset()
    shops: frozenset[int] | None = None
    warehouses: frozenset[int] | None = None
    ip: str | None = None
    device: str | None = None
    request_id: str | None = None


SYSTEM = Actor(kind="system", id="system", name="OrderHub")


def visible(actor: Actor, shop_id: int | None, warehouse_id: int | None) -> bool:
    """Tell whether a subject of this shop and warehouse lies within the actor's reach.

    A subject without a warehouse (an order not yet allocated) is seen by all who may see its shop.
    """
    in_shop = actor.shops is None or shop_id is None or shop_id in actor.shops
    in_warehouse = actor.warehouses is None or warehouse_id is None or warehouse_id in actor.warehouses
    return in_shop and in_warehouse


def may(actor: Actor, roles: tuple[str, ...]) -> str | None:
    """Return the role under which the actor may do what these roles may, or None.

    Channels, carriers, buyers and the hub itself act under their kind; an admin may do whatever any person may.
    """
    if actor.kind in roles:
        return actor.kind
    for role in roles:
        if role in actor.roles:
            return role
    people = any(role in ROLES for role in roles)
    return "admin" if people and "admin" in actor.roles else None
