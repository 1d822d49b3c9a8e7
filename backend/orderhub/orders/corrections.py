"""Corrections: what a person set right about an order, and for how long that holds against the channel's word.

A correction holds until the channel says, later than it, something else than it had said by then. A message of an
older version, a late one, and a full order that repeats the old address change nothing. What an order shows is thus
the same in whichever order messages come. Kept sealed under the order's own key, because it names the buyer.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal, TypeAlias, get_args
from uuid import UUID

import msgspec

from orderhub.kernel import personal, secrets
from orderhub.kernel.postgres import Transaction
from orderhub.orders.drafts import Revision
from orderhub.orders.masking import Receiver

Part: TypeAlias = Literal["receiver", "remark"]
Value: TypeAlias = Receiver | str | None

PARTS: tuple[Part, ...] = get_args(Part)

_WRITE = """
    insert into order_corrections (order_id, sealed) select * from unnest($1::uuid[], $2::bytea[])
    on conflict (order_id) do update set sealed = excluded.sealed
"""


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """One part as a person set it ``at`` a time, when the channel ``said`` something else.

    ``heard`` is what the channel says now, and ``heard_at`` the version it says so in; None: nothing new since.
    """

    at: datetime
    value: Value
    said: Value
    heard: Value
    heard_at: datetime | None = None

    @property
    def holds(self) -> bool:
        """Whether the person's word counts, and not the channel's."""
        return self.heard == self.said or self.heard_at is None or self.heard_at <= self.at


Corrections: TypeAlias = dict[Part, Correction]


async def read(tx: Transaction, order_ids: Collection[UUID]) -> dict[UUID, Corrections]:
    """Return the corrections of those of these orders that have any."""
    rows = await tx.fetch(
        "select order_id, sealed from order_corrections where order_id = any($1::uuid[])", list(order_ids)
    )
    keys = await personal.known_keys(tx, [row["order_id"] for row in rows]) if rows else {}
    return {
        row["order_id"]: msgspec.json.decode(
            secrets.decrypt(row["sealed"], key=keys[row["order_id"]]), type=Corrections
        )
        for row in rows
        if row["order_id"] in keys
    }


async def write(tx: Transaction, kept: Mapping[UUID, Corrections]) -> None:
    """Keep the corrections of these orders."""
    keys = await personal.keys(tx, kept.keys())
    sealed = [secrets.encrypt(msgspec.json.encode(one), key=keys[order_id]) for order_id, one in kept.items()]
    await tx.execute(_WRITE, list(kept), sealed)


async def heed(tx: Transaction, revisions: Sequence[Revision]) -> list[Revision]:
    """Return what channels say of locked orders, but with people's words where those hold."""
    known = await read(tx, [revision.order_id for revision in revisions]) if revisions else {}
    if not known:
        return list(revisions)
    heard = {r.order_id: _hear(known[r.order_id], r) for r in revisions if r.order_id in known}
    if told := {order_id: new for order_id, new in heard.items() if new != known[order_id]}:
        await write(tx, told)
    return [_corrected(revision, heard.get(revision.order_id, {})) for revision in revisions]


def _hear(known: Corrections, revision: Revision) -> Corrections:
    return {part: _heard(correction, part, revision) for part, correction in known.items()}


def _heard(correction: Correction, part: Part, revision: Revision) -> Correction:
    said: Value = getattr(revision, part)
    if said is None:
        return correction
    return msgspec.structs.replace(correction, heard=said, heard_at=revision.versions.get(part))


def _corrected(revision: Revision, corrections: Corrections) -> Revision:
    held = {part: correction.value for part, correction in corrections.items() if correction.holds}
    return msgspec.structs.replace(revision, **held)
