"""Sharing: what the order's page says of the buyer's link, and of the parcels whose delay can be explained."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from orderhub.journey import delays, links
from orderhub.journey.links import Link
from orderhub.journey.refusals import LinkExpired
from orderhub.kernel.actors import ROLES
from orderhub.kernel.postgres import Transaction

_COUNTED = "select hurries, hurried_at from journey_links where order_id = $1"
_EXPLAINABLE = """
    select s.id as subject, s.kind, s.stage, v.id as visit, v.due_at, v.late_at is not null as is_late, p.number,
           d.reason, d.expected_at
    from subjects s join visits v on v.id = s.visit_id left join shipments p on p.id = s.id
    left join journey_delays d on d.visit_id = v.id
    where s.root_id = $1 and v.role is not null order by length(p.number), p.number
"""


class Explainable(msgspec.Struct, frozen=True, kw_only=True):
    """Something that somebody has to move on, and what its buyer was told of a delay."""

    subject: UUID
    visit: UUID
    kind: str
    stage: str
    number: str | None
    due_at: datetime | None
    is_late: bool
    reason: str | None
    expected_at: datetime | None


class Sharing(msgspec.Struct, frozen=True, kw_only=True):
    """The panel. ``address`` is whole where it is known what buyers call the hub, else it begins with a slash."""

    number: str
    address: str
    generation: int
    expires_at: datetime | None
    is_over: bool
    hurries: int
    hurried_at: datetime | None
    may_replace: bool
    explainable: Sequence[Explainable]


async def sharing(tx: Transaction, order_id: UUID, number: str, *, roles: Collection[str]) -> Sharing:
    """Return what the panel shows to somebody with these roles."""
    link = await links.of(tx, order_id)
    counted = await tx.fetchrow(_COUNTED, order_id)
    expires_at, is_over = await _end(tx, link)
    rows = await tx.fetch(_EXPLAINABLE, order_id) if may(roles, delays.EXPLAINERS) else []
    return Sharing(
        number=number,
        address=links.address(link),
        generation=link.generation,
        expires_at=expires_at,
        is_over=is_over,
        hurries=counted["hurries"] if counted else 0,
        hurried_at=counted["hurried_at"] if counted else None,
        may_replace=may(roles, links.REPLACERS),
        explainable=[Explainable(**dict(row)) for row in rows],
    )


def may(roles: Collection[str], allowed: Collection[str]) -> bool:
    """Tell whether one of these roles is allowed; an admin is, whatever any role is."""
    return bool({*roles} & {*allowed, "admin"} & {*ROLES})


async def _end(tx: Transaction, link: Link) -> tuple[datetime | None, bool]:
    try:
        return await links.require_open(tx, link), False
    except LinkExpired:
        return None, True
