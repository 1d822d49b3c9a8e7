"""Messages: every one as it came, byte for byte, sealed; and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from orderhub.intake.dossiers import Dossier
from orderhub.kernel import personal, secrets
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.ledger import Change
from orderhub.kernel.moves import Move, carry_out
from orderhub.kernel.postgres import Transaction
from orderhub.kernel.work import Work

if TYPE_CHECKING:
    from orderhub.intake.receiving import Outcome, Received

_STORE = """
    insert into messages (id, shop_id, outside_id, received_at, owner_id, body, order_number, dossier_id, state, reasons)
    select x.id, x.shop_id, x.outside_id, x.received_at, x.owner_id, decode(x.body, 'base64'), x.order_number,
           x.dossier_id, x.state, x.reasons
    from jsonb_to_recordset($1::jsonb) as x(id uuid, shop_id int, outside_id text, received_at timestamptz,
        owner_id uuid, body text, order_number text, dossier_id uuid, state text, reasons jsonb)
"""
_RETRY = """
    update messages m set state = x.state, reasons = x.reasons, tries = m.tries + 1, dossier_id = x.dossier_id,
        order_number = coalesce(x.order_number, m.order_number)
    from jsonb_to_recordset($1::jsonb) as x(id uuid, received_at timestamptz, state text, reasons jsonb,
        dossier_id uuid, order_number text)
    where m.id = x.id and m.received_at = x.received_at
"""
_RESOLVE = """
    update messages set state = 'applied', reasons = '[]' where dossier_id = any($1::uuid[]) and state = 'waiting'
    returning id
"""


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A message read back. ``body`` is None when its person was erased."""

    id: UUID
    shop_id: int
    outside_id: str
    received_at: datetime
    body: bytes | None
    order_number: str | None
    dossier_id: UUID | None
    state: str
    reasons: list[dict[str, str]]
    tries: int


async def store(work: Work, told: Sequence[tuple["Received", "Outcome", Dossier | None]]) -> None:
    """Write messages with their outcomes; one that waits becomes a subject, one tried again is brought up to date."""
    first = [(one, outcome, dossier) for one, outcome, dossier in told if one.tries == 1]
    again = [(one, outcome, dossier) for one, outcome, dossier in told if one.tries > 1]
    lone = await personal.keys(work.tx, [one.id for one, _, dossier in first if dossier is None])
    rows = [
        _row(one, outcome, dossier)
        | {
            "owner_id": dossier.id if dossier else one.id,
            "body": secrets.encrypt(one.body, key=dossier.key if dossier else lone[one.id]),
        }
        for one, outcome, dossier in first
    ]
    if rows:
        await work.tx.execute(_STORE, msgspec.json.encode(rows).decode())
    if again:
        await work.tx.execute(_RETRY, msgspec.json.encode([_row(*one) for one in again]).decode())
    for one, outcome, _ in first:
        if outcome.state == "waiting":
            codes = ", ".join(reason.code for reason in outcome.reasons)
            work.open("message", one.id, shop_id=one.shop.id, changes=[Change("reasons", None, codes)])
    await _replayed(work, [one.id for one, outcome, _ in again if outcome.state != "waiting"])


async def resolve(work: Work, dossier_ids: Sequence[UUID]) -> None:
    """End the waiting of messages whose dossiers have nothing against them any more."""
    rows = await work.tx.fetch(_RESOLVE, list(dossier_ids)) if dossier_ids else []
    await _replayed(work, [row["id"] for row in rows])


async def waiting(tx: Transaction, dossier_ids: Sequence[UUID]) -> list[UUID]:
    """Return the messages that wait although these dossiers hold what they say."""
    rows = await tx.fetch(
        "select id from messages where dossier_id = any($1::uuid[]) and state = 'waiting'", list(dossier_ids)
    )
    return [row["id"] for row in rows]


async def read_back(tx: Transaction, rows: Sequence[Any]) -> list[Stored]:
    """Return stored messages in clear, for those who may see them."""
    keys = await personal.known_keys(tx, {row["owner_id"] for row in rows})
    return [
        Stored(
            **{name: row[name] for name in Stored.__struct_fields__ if name != "body"},
            body=secrets.decrypt(row["body"], key=keys[row["owner_id"]]) if row["owner_id"] in keys else None,
        )
        for row in rows
    ]


async def _replayed(work: Work, ids: Sequence[UUID]) -> None:
    """A person who replays acts as themselves; a later message that ends the waiting acts as the hub."""
    actor = work.actor if work.actor.kind in ("person", "token") else SYSTEM
    subjects = [subject_id for subject_id in ids if work.subject(subject_id).stage == "waiting"]
    await carry_out(
        work, [Move(subject=subject_id, transition="replay") for subject_id in subjects], actor=actor
    )


def _row(one: "Received", outcome: "Outcome", dossier: Dossier | None) -> dict[str, Any]:
    return {
        "id": one.id,
        "shop_id": one.shop.id,
        "outside_id": one.outside_id,
        "received_at": one.stored_at or one.at,
        "order_number": dossier.order_number if dossier else None,
        "dossier_id": dossier.id if dossier else None,
        "state": outcome.state,
        "reasons": outcome.reasons,
    }
