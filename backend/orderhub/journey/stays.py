"""Stays: the visits of an order and of its parcels, read once, from which everything the buyer sees is made."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from orderhub.kernel.postgres import Transaction

_STAYS = """
    select v.subject_id, v.id as visit, v.stage, v.entered_at, v.due_at, v.left_at, d.reason, d.expected_at
    from subjects s join visits v on v.subject_id = s.id left join journey_delays d on d.visit_id = v.id
    where s.root_id = $1 order by v.left_at nulls last, v.id
"""


class Stay(msgspec.Struct, frozen=True, kw_only=True):
    """One visit. ``reason`` and ``expected_at`` are what the buyer was told of a delay."""

    visit: UUID
    stage: str
    entered_at: datetime
    due_at: datetime | None = None
    left_at: datetime | None = None
    reason: str | None = None
    expected_at: datetime | None = None

    def is_late(self, now: datetime) -> bool:
        """Tell whether it has stood here for longer than it should."""
        return self.due_at is not None and (self.left_at or now) >= self.due_at

    def spent(self, now: datetime) -> float:
        """Return for how many seconds it has stood here."""
        return ((self.left_at or now) - self.entered_at).total_seconds()


async def stays(tx: Transaction, order_id: UUID) -> dict[UUID, Sequence[Stay]]:
    """Return the stays of an order and of each of its parcels, oldest first."""
    found: dict[UUID, list[Stay]] = defaultdict(list)
    for row in await tx.fetch(_STAYS, order_id):
        fields = dict(row)
        found[fields.pop("subject_id")].append(Stay(**fields))
    return dict(found)
