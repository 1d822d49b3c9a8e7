"""Links: the address under which a buyer sees the order, made of the order itself, so that it can be printed again.

A token says the order's id and the generation of its link, so what is asked of the database is one primary key.
Replacing the link raises the generation. Some days after the order's end the link is shown no longer.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from orderhub.accounts import addresses
from orderhub.journey.refusals import LinkExpired, LinkReplaced, UnknownLink
from orderhub.kernel import clock
from orderhub.kernel.actors import Actor
from orderhub.kernel.changes import Edit, change
from orderhub.kernel.errors import Refusal
from orderhub.kernel.flows import flow
from orderhub.kernel.ledger import Change
from orderhub.kernel.moves import Verdict
from orderhub.kernel.postgres import Transaction
from orderhub.kernel.subjects import Subject
from orderhub.kernel.work import Work

PREFIX = "/t/"
REPLACERS = ("service", "operations", "manager")

_KEY = "journey"
_ORDER_BYTES, _GENERATION_BYTES = 16, 2

_STANDING = """
    select s.stage, v.entered_at, coalesce(l.generation, 0) as generation
    from subjects s join visits v on v.id = s.visit_id left join journey_links l on l.order_id = s.id
    where s.id = $1 and s.kind = 'order'
"""
_REPLACE = """
    insert into journey_links as l (order_id, generation) select * from unnest($1::uuid[], $2::int[])
    on conflict (order_id) do update set generation = l.generation + 1 returning order_id, generation
"""

_days = 90


class Link(msgspec.Struct, frozen=True):
    """What a token says, and its signature bears out: an order, and which of its links this is."""

    order_id: UUID
    generation: int


def outlive(*, days: int) -> None:
    """Say for this process for how many days links outlive orders."""
    global _days
    _days = days


def token(link: Link) -> str:
    """Return the token of a link: 46 characters that need no quoting in an address."""
    said = link.order_id.bytes + link.generation.to_bytes(_GENERATION_BYTES, "big")
    return addresses.token(said, purpose=_KEY)


def read(text: str) -> Link | None:
    """Return what a token says, or None for anything that we did not make; asks nobody."""
    said = addresses.said(text, purpose=_KEY, length=_ORDER_BYTES + _GENERATION_BYTES)
    if said is None:
        return None
    return Link(UUID(bytes=said[:_ORDER_BYTES]), int.from_bytes(said[_ORDER_BYTES:], "big"))


def address(link: Link, *, elsewhere: str = "") -> str:
    """Return where a buyer opens the link; ``elsewhere`` stands in while nobody has set what buyers call the hub."""
    return addresses.whole(f"{PREFIX}{token(link)}", elsewhere=elsewhere)


async def of(tx: Transaction, order_id: UUID) -> Link:
    """Return the link of an order that is valid now."""
    found = await tx.fetchval("select generation from journey_links where order_id = $1", order_id)
    return Link(order_id, found or 0)


async def require_open(tx: Transaction, link: Link) -> datetime | None:
    """Refuse a link that was replaced or is over; returns when it will be over, if the order has ended."""
    row = await tx.fetchrow(_STANDING, link.order_id)
    if row is None:
        raise UnknownLink
    if row["generation"] != link.generation:
        raise LinkReplaced
    until = _until(row["stage"], row["entered_at"])
    if until is not None and until <= clock.now():
        raise LinkExpired(days=_days)
    return until


async def open_address(tx: Transaction, order_id: UUID) -> str:
    """Return where a buyer opens the order now, nothing if the link is over."""
    link = await of(tx, order_id)
    try:
        await require_open(tx, link)
    except LinkExpired:
        return ""
    return address(link)


async def replace(edits: Sequence[Edit], *, actor: Actor) -> list[Verdict]:
    """Make a new link for each order; the one before is good no longer, also where it is open."""
    return await change(edits, actor=actor, action="journey.replaced", roles=REPLACERS, apply=_replace)


async def _replace(work: Work, edits: Sequence[tuple[Subject, Edit]]) -> list[Sequence[Change] | Refusal]:
    ids = sorted({subject.id for subject, _ in edits})
    rows = await work.tx.fetch(_REPLACE, ids, [1] * len(ids))
    now = {row["order_id"]: row["generation"] for row in rows}
    return [[Change("link", now[subject.id] - 1, now[subject.id])] for subject, _ in edits]


def _until(stage: str, since: datetime) -> datetime | None:
    """An order is at its end when it is closed or cancelled, and when all its parcels are at theirs."""
    of = flow("order")
    rolled = of.stage(stage).rolled_up and flow(str(of.rolls_up)).stage(stage).final
    return since + timedelta(days=_days) if rolled or of.stage(stage).final else None
