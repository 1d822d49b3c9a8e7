"""Offers: the moves a page shows as buttons, for the roles of whoever looks."""

from collections.abc import Collection
from uuid import UUID

import msgspec

from orderhub.kernel.actors import ROLES, Actor
from orderhub.kernel.flows import flow
from orderhub.rendering.catalogue import Said


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One button. Pressing it posts subject, visit, transition and whatever is asked for."""

    kind: str
    transition: str
    icon: str
    subject: str
    visit: str
    action: str = "/moves"
    asks: tuple[str, ...] = ()
    primary: bool = False
    why_not: Said | None = None


def roles_of(actor: Actor | None) -> str:
    """Name the roles on which a rendering with buttons depends (`View.audience`)."""
    return ",".join(sorted(actor.roles)) if actor else ""


def offered(
    kind: str, stage: str, *, subject: UUID, visit: UUID, roles: Collection[str], most: int | None = None
) -> tuple[Offer, ...]:
    """Return the moves out of a stage that these roles may make; for the stage's owner the first is the primary.

    One that wants a reason never is: nobody shall press it by habit.
    """
    allowed = [
        transition
        for transition in flow(kind).leaving(stage)
        if set(transition.roles) & set(roles) or ("admin" in roles and set(transition.roles) & set(ROLES))
    ]
    return tuple(
        Offer(
            kind=kind,
            transition=transition.name,
            icon=transition.icon,
            subject=str(subject),
            visit=str(visit),
            asks=transition.asks,
            primary=place == 0 and "reason" not in transition.asks and flow(kind).stage(stage).role in roles,
        )
        for place, transition in enumerate(allowed[:most])
    )
