"""The ledger: what changed, before and after, who, when, where and why. Append-only and chained.

Every entry belongs to a stream: ``subject:<id>``, or a named one (``access``, ``settings``). Its digest is an
HMAC-SHA256, under a key that never lies in the database, over the stream, the sequence number, the digest before
it and the canonical body; so an entry that was edited, removed, added or moved breaks the chain. The head of a
subject's stream lies on the subject's locked row, the head of a named one in ``ledger_heads``.
"""

import os
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from orderhub.kernel import clock, secrets
from orderhub.kernel.actors import Actor
from orderhub.kernel.ids import uuid7
from orderhub.kernel.postgres import Transaction

SCHEMA_VERSION = 1
GENESIS = bytes(32)

_encoder = msgspec.json.Encoder(order="sorted")


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """One tracked field, before and after; what is told of it. A personal value is kept apart, so that it can be erased."""

    field: str
    before: Any
    after: Any
    personal: bool = False


class Head(msgspec.Struct):
    """The end of a stream: how many entries it has, and the digest of the last one."""

    seq: int = 0
    digest: bytes = GENESIS


class Entry(msgspec.Struct, frozen=True):
    """One row of the ledger, as it is written."""

    stream: str
    seq: int
    at: datetime
    root_id: UUID | None
    body: str
    digest: bytes


class PersonalValues(msgspec.Struct, frozen=True):
    """What an entry tells of a person, kept apart from it: the entry holds its digest in place of each value.

    ``value`` is JSON, ``{field: [before, after]}``.
    """

    id: UUID
    root_id: UUID
    value: str
    salt: bytes


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """What was done, by whom and why: the part of an entry that is the same for a whole batch."""

    action: str
    actor: Actor
    at: datetime
    role: str | None = None
    why: str | None = None
    evidence: Any = None
    request_id: str | None = None


def subject_stream(subject_id: UUID) -> str:
    """Return the name of a subject's own stream."""
    return f"subject:{subject_id}"


def chain(
    head: Head, act: Act, changes: Sequence[Change], *, stream: str, root_id: UUID | None = None
) -> tuple[Entry, list[PersonalValues]]:
    """Return the next entry of a stream, and what is kept apart of it; moves the stream's head on."""
    private = [change for change in changes if change.personal]
    kept = [_apart(private, root_id)] if private else []
    for row in kept:
        mark = {"personal": str(row.id), "digest": personal_digest(row.value, row.salt)}
        changes = [_marked(change, mark) if change.personal else change for change in changes]
    body = _encoder.encode(_body(act, changes))
    head.seq += 1
    head.digest = digest(stream, head.seq, head.digest, body)
    return Entry(stream, head.seq, act.at, root_id, body.decode(), head.digest), kept


def digest(stream: str, seq: int, previous: bytes, body: bytes) -> bytes:
    """Return the digest an entry must bear."""
    return secrets.mac("ledger", b"\x00".join((stream.encode(), str(seq).encode(), previous, body)))


async def record(
    tx: Transaction,
    *,
    stream: str,
    action: str,
    actor: Actor,
    changes: Sequence[Change] = (),
    why: str | None = None,
    evidence: Any = None,
) -> None:
    """Append one entry to a named stream; the stream's head is locked until the transaction ends."""
    await tx.execute(
        "insert into ledger_heads (stream, seq, digest) values ($1, 0, $2) on conflict do nothing",
        stream,
        GENESIS,
    )
    row = await tx.fetchrow("select seq, digest from ledger_heads where stream = $1 for update", stream)
    assert row is not None
    head = Head(row["seq"], row["digest"])
    act = Act(action=action, actor=actor, at=clock.now(), why=why, evidence=evidence)
    entry, _ = chain(head, act, changes, stream=stream)
    await tx.execute(
        """with entry as (insert into ledger (stream, seq, at, body, digest) values ($1, $2, $3, $4, $5))
           update ledger_heads set seq = $2, digest = $5, changed_xid = pg_current_xact_id() where stream = $1""",
        *(stream, entry.seq, entry.at, entry.body, entry.digest),
    )


def personal_digest(value: str, salt: bytes) -> str:
    """Return what an entry holds in place of values of a person."""
    return sha256(salt + value.encode()).hexdigest()


def _body(act: Act, changes: Sequence[Change]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "v": SCHEMA_VERSION,
        "at": act.at,
        "action": act.action,
        "who": {"kind": act.actor.kind, "id": act.actor.id, "name": act.actor.name, "role": act.role},
        "changes": changes,
    }
    optional = {
        "ip": act.actor.ip,
        "device": act.actor.device,
        "request": act.request_id or act.actor.request_id,
        "why": act.why,
        "evidence": act.evidence,
    }
    return told | {name: value for name, value in optional.items() if value is not None}


def _apart(changes: Sequence[Change], root_id: UUID | None) -> PersonalValues:
    if root_id is None:
        raise ValueError(f"expected a subject to keep the personal field {changes[0].field} under")
    told = {change.field: (change.before, change.after) for change in changes}
    return PersonalValues(uuid7(), root_id, _encoder.encode(told).decode(), os.urandom(16))


def _marked(change: Change, mark: dict[str, str]) -> Change:
    before, after = (mark if value is not None else None for value in (change.before, change.after))
    return Change(change.field, before, after)
