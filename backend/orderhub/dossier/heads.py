"""Heads: where the chains of an order and of its parcels ended when a dossier was made; this is what a dossier proves."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec

from orderhub.kernel.postgres import Transaction
from orderhub.proof.family import Family

MARK_BYTES = 16
_NAMES = """
    select 'subject:' || s.id as stream, s.kind, n.number from subjects s
    left join numbers n on n.subject_id = s.id and n.scheme = s.kind and n.shop_id = 0
    where s.root_id = $1 order by s.id <> $1, length(n.number), n.number
"""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The end of one chain: whose it is, how many entries it has, the digest of the last and when that was written."""

    stream: str
    kind: str
    number: str
    seq: int
    digest: str
    at: datetime

    @property
    def is_of_order(self) -> bool:
        return self.kind == "order"


async def heads(tx: Transaction, order_id: UUID, family: Family) -> list[Head]:
    """Return the heads of an order as it stands, its own first, then those of its parcels by their numbers."""
    rows = await tx.fetch(_NAMES, order_id)
    return [
        Head(
            stream=row["stream"],
            kind=row["kind"],
            number=row["number"] or "",
            seq=family.heads[row["stream"]][0],
            digest=family.heads[row["stream"]][1].hex(),
            at=written_at(family, row["stream"]),
        )
        for row in rows
    ]


def written_at(family: Family, stream: str) -> datetime:
    """Return when the last entry of a stream was written, by what it says itself."""
    at = max((moment(entry["body"]) for entry in family.entries[stream]), default=None)
    return at or datetime.fromisoformat("1970-01-01T00:00:00Z")


def moment(body: str) -> datetime:
    """Return when an entry was written; the beginning of time if it can no longer be read."""
    try:
        return msgspec.json.decode(body, type=_Body).at
    except msgspec.MsgspecError:
        return datetime.fromisoformat("1970-01-01T00:00:00Z")


def mark(ends: Sequence[Head]) -> bytes:
    """Return what of the heads a check's address holds: they cannot be exchanged for others."""
    told = "\n".join(f"{head.stream} {head.seq} {head.digest}" for head in sorted(ends, key=_stream))
    return sha256(told.encode()).digest()[:MARK_BYTES]


def letters(ends: Sequence[Head]) -> Mapping[str, str]:
    """Return the letters by which a paper calls the chains: A the order's own, B and on those of its parcels."""
    return {head.stream: _letter(place) for place, head in enumerate(ends)}


class _Body(msgspec.Struct):
    at: datetime


def _stream(head: Head) -> str:
    return head.stream


def _letter(place: int) -> str:
    rest, last = divmod(place, 26)
    return (_letter(rest - 1) if rest else "") + chr(ord("A") + last)
