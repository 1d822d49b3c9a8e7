"""Messages: every one as it came, byte for byte, sealed; and what became of it."""

import os
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import msgspec

from orderhub.intake import reading
from orderhub.intake.dockets import Docket
from orderhub.intake.reasons import Reason
from orderhub.intake.received import Outcome, Received
from orderhub.kernel import personal, secrets
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.ledger import Change
from orderhub.kernel.moves import Move, carry_out
from orderhub.kernel.postgres import Transaction
from orderhub.kernel.work import Work

_STORED = (
    *("id", "shop_id", "outside_id", "received_at", "owner_id", "body", "order_number", "docket_id", "state"),
    "reasons",
)
_RETRY = """
    update messages m set state = x.state, reasons = x.reasons, tries = m.tries + 1, docket_id = x.docket_id,
        order_number = coalesce(x.order_number, m.order_number)
    from jsonb_to_recordset($1::jsonb) as x(id uuid, received_at timestamptz, state text, reasons jsonb,
        docket_id uuid, order_number text)
    where m.id = x.id and m.received_at = x.received_at
"""
_RESOLVE = """
    update messages set state = 'applied', reasons = '[]' where docket_id = any($1::uuid[]) and state = 'waiting'
    returning id
"""
_OF_DOSSIERS = """
    select id, shop_id, outside_id, received_at, owner_id, body, order_number, docket_id, state, reasons, tries
    from messages where docket_id = any($1::uuid[]) and state <> 'dismissed' and id <> all($2::uuid[]) order by id
"""
_FORGET_ENDED = """
    delete from personal_keys k using messages m join dockets d using (shop_id, order_number)
    where k.owner_id = m.id and m.id = any($1::uuid[]) and m.state <> 'waiting' and d.erased_at is not null
"""
_REWRITE = """
    update messages m set state = x.state, reasons = x.reasons
    from jsonb_to_recordset($1::jsonb) as x(id uuid, received_at timestamptz, state text, reasons jsonb)
    where m.id = x.id and m.received_at = x.received_at
"""

Told: TypeAlias = tuple[Received, Outcome, Docket | None]


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A message read back. ``body`` is None when its person was erased."""

    id: UUID
    shop_id: int
    outside_id: str
    received_at: datetime
    body: bytes | None
    order_number: str | None
    docket_id: UUID | None
    state: str
    reasons: list[dict[str, str]]
    tries: int


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """A stored message, and what now stands against what it tells. Nothing: it is applied."""

    stored: Stored
    reasons: tuple[Reason, ...]

    @property
    def state(self) -> str:
        return "waiting" if self.reasons else "applied"


async def store(work: Work, told: Sequence[Told]) -> None:
    """Write messages with their outcomes; one that waits becomes a subject, one tried again is brought up to date."""
    first = [(one, outcome, docket) for one, outcome, docket in told if one.tries == 1]
    again = [(one, outcome, docket) for one, outcome, docket in told if one.tries > 1]
    if first:
        rows = [_row(*each) | sealed for each, sealed in zip(first, await _seal(work.tx, first), strict=True)]
        records = [[row[name] for name in _STORED] for row in rows]
        await work.tx.copy_records("messages", columns=_STORED, records=records)
    if again:
        await work.tx.execute(_RETRY, msgspec.json.encode([_row(*one) for one in again]).decode())
    for one, outcome, _ in first:
        if outcome.state == "waiting":
            _open(work, one.id, shop_id=one.shop.id, reasons=outcome.reasons)
    await _replayed(work, [one.id for one, outcome, _ in again if outcome.state != "waiting"])


async def _seal(tx: Transaction, told: Sequence[Told]) -> list[dict[str, Any]]:
    """Seal bodies under their order's key, or under one of their own where the order has none, or is not known.

    Of a person who was erased nothing is kept: such a key is thrown away at once, unless somebody has to read what
    the message says; then it is destroyed when the waiting ends.
    """
    lone = [one.id for one, outcome, file in told if file is None or (file.is_erased and outcome.waits)]
    keys = await personal.keys(tx, lone)
    sealed: list[dict[str, Any]] = []
    for one, _, file in told:
        has_key = file is not None and not file.is_erased
        owner, key = (file.id, file.key) if file and has_key else (one.id, keys.get(one.id, os.urandom(32)))
        sealed.append({"owner_id": owner, "body": secrets.encrypt(one.body, key=key)})
    return sealed


async def resolve(work: Work, docket_ids: Sequence[UUID]) -> None:
    """End the waiting of messages whose dockets have nothing against them any more."""
    rows = await work.tx.fetch(_RESOLVE, list(docket_ids)) if docket_ids else []
    await _replayed(work, [row["id"] for row in rows])


async def of_dockets(tx: Transaction, docket_ids: Sequence[UUID], *, but: Collection[UUID]) -> list[Stored]:
    """Return what these orders were told so far, but for what was dismissed."""
    return await read_back(tx, await tx.fetch(_OF_DOSSIERS, list(docket_ids), list(but)))


async def rewrite(work: Work, reviewed: Sequence[Reviewed]) -> None:
    """Let messages wait that did not, with their reasons; and end the waiting of those against which nothing stands."""
    rows = [
        {
            "id": one.stored.id,
            "received_at": one.stored.received_at,
            "state": one.state,
            "reasons": one.reasons,
        }
        for one in reviewed
    ]
    if rows:
        await work.tx.execute(_REWRITE, msgspec.json.encode(rows).decode())
    for one in reviewed:
        if one.reasons and one.stored.id not in work.subjects:
            _open(work, one.stored.id, shop_id=one.stored.shop_id, reasons=one.reasons)
    again = [one.stored.id for one in reviewed if one.reasons]
    held = [one_id for one_id in again if work.subject(one_id).stage == "replayed"]
    await carry_out(work, [Move(subject=one_id, transition="hold") for one_id in held], actor=SYSTEM)
    await _replayed(work, [one.stored.id for one in reviewed if not one.reasons])


async def forget_ended(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Destroy the keys of messages that wait no more and whose persons were erased."""
    if ids:
        await tx.execute(_FORGET_ENDED, list(ids))


async def kept_as_subjects(tx: Transaction, docket_ids: Sequence[UUID]) -> list[UUID]:
    """Return the messages of these dockets that wait, and those that did and may have to again."""
    if not docket_ids:
        return []
    rows = await tx.fetch(
        """select m.id from messages m join subjects s on s.id = m.id
           where m.docket_id = any($1::uuid[]) and s.stage in ('waiting', 'replayed')""",
        list(docket_ids),
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


def _open(work: Work, one_id: UUID, *, shop_id: int, reasons: Sequence[Reason]) -> None:
    codes = ", ".join(reason.code for reason in reasons)
    work.open("message", one_id, shop_id=shop_id, changes=[Change("reasons", None, codes)])


async def _replayed(work: Work, ids: Sequence[UUID]) -> None:
    """A person who replays acts as themselves; a later message that ends the waiting acts as the hub."""
    actor = work.actor if work.actor.kind in ("person", "token") else SYSTEM
    subjects = [subject_id for subject_id in ids if work.subject(subject_id).stage == "waiting"]
    await carry_out(
        work, [Move(subject=subject_id, transition="replay") for subject_id in subjects], actor=actor
    )
    await forget_ended(work.tx, subjects)


def _row(one: Received, outcome: Outcome, docket: Docket | None) -> dict[str, Any]:
    return {
        "id": one.id,
        "shop_id": one.shop.id,
        "outside_id": one.outside_id,
        "received_at": one.stored_at or one.at,
        "order_number": docket.order_number if docket else reading.number_of(one.shop, one.body, now=one.at),
        "docket_id": docket.id if docket else None,
        "state": outcome.state,
        "reasons": outcome.reasons,
    }
