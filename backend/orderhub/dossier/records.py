"""Records: that a dossier was made, by whom and what it printed, in the ledger's stream ``access`` where it cannot change."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from orderhub.dossier.heads import Head, mark
from orderhub.dossier.tokens import Token
from orderhub.kernel import ledger
from orderhub.kernel.actors import Actor
from orderhub.kernel.ledger import GENESIS
from orderhub.kernel.postgres import Transaction

ACTION = "dossier.made"

_STREAM = "access"
_KEEP = """
    insert into dossiers (id, order_id, seq, made_at, digest)
    select $1, $2, seq, $3, $4 from ledger_heads where stream = 'access'
"""
_FIND = """
    select d.seq, d.digest as file, l.body, l.digest, p.digest as previous
    from dossiers d join ledger l on l.stream = 'access' and l.seq = d.seq
    left join ledger p on p.stream = 'access' and p.seq = d.seq - 1
    where d.id = $1 and d.order_id = $2
"""


class Printed(msgspec.Struct, frozen=True, kw_only=True):
    """What a dossier says of itself: the order, the heads, and the anchors (by stream) that covered them by then."""

    dossier: UUID
    order: UUID
    number: str
    shop: str
    currency: str
    made_at: datetime
    role: str
    heads: Sequence[Head]
    anchors: Mapping[str, int]
    file: str = ""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """The record of a dossier: what it printed, and by whom it was made."""

    printed: Printed
    by: str


async def keep(tx: Transaction, printed: Printed, *, actor: Actor) -> None:
    """Write that a dossier was made; ``printed.file`` is the SHA-256 of the file, in hexadecimal."""
    evidence = msgspec.to_builtins(printed)
    await ledger.record(tx, stream=_STREAM, action=ACTION, actor=actor, evidence=evidence)
    # The head stays locked by the record just written, so its number is that of this record.
    await tx.execute(_KEEP, printed.dossier, printed.order, printed.made_at, bytes.fromhex(printed.file))


async def find(tx: Transaction, token: Token) -> Record | None:
    """Return the record of a dossier; None where there is none that is exactly as it was written."""
    row = await tx.fetchrow(_FIND, token.dossier_id, token.order_id)
    if row is None or not _is_as_written(row):
        return None
    body = msgspec.json.decode(row["body"], type=_Body)  # its digest holds, so it is what we wrote
    told = body.evidence
    if (told.dossier, told.order, mark(told.heads)) != (token.dossier_id, token.order_id, token.mark):
        return None
    if told.file != row["file"].hex():
        return None
    return Record(printed=told, by=body.who["name"])


def _is_as_written(row: Any) -> bool:
    previous = row["previous"] if row["seq"] > 1 else GENESIS
    return previous is not None and row["digest"] == ledger.digest(
        _STREAM, row["seq"], previous, row["body"].encode()
    )


class _Body(msgspec.Struct):
    who: dict[str, Any]
    evidence: Printed
