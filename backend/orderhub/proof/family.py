"""A family: one subject with everything below it (an order and its parcels), proved by itself.

The same checks as of the whole database, over the streams of this family alone. Which streams those are is asked of the
subjects and of the ledger, and of whoever saw the family before; so one that was removed is missed.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from orderhub.kernel.ledger import subject_stream
from orderhub.kernel.postgres import Transaction
from orderhub.proof import chains
from orderhub.proof.chains import Finding
from orderhub.proof.columns import check_columns, last_values

_STREAMS = """
    select 'subject:' || id as stream from subjects where root_id = $1
    union select stream from ledger where root_id = $1
"""
_ENTRIES = "select stream, seq, body, digest from ledger where stream = any($1::text[]) order by stream, seq"
_ROOTS = "select 'subject:' || id as stream from subjects where root_id <> $1 and id = any($2::uuid[])"


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """The streams of a family, entry by entry, and what is wrong with them. ``heads``: as the subjects' rows say."""

    entries: Mapping[str, Sequence[Any]]
    heads: Mapping[str, tuple[int, bytes]]
    chain: Sequence[Finding]
    columns: Sequence[Finding]

    def digest_at(self, stream: str, seq: int) -> bytes | None:
        """Return the digest that the first ``seq`` entries of a stream make by what they say; None if they are fewer."""
        made = list(chains.made_again(stream, self.entries[stream][:seq]))
        return made[seq - 1] if 0 < seq <= len(made) else None


async def prove(tx: Transaction, root_id: UUID, *, also: Collection[str] = ()) -> Family:
    """Check a family against itself; ``also`` names the streams that it is known to have had."""
    known = {row["stream"] for row in await tx.fetch(_STREAMS, root_id)}
    streams = sorted({subject_stream(root_id), *known, *also})
    entries: dict[str, list[Any]] = {stream: [] for stream in streams}
    for row in await tx.fetch(_ENTRIES, streams):
        entries[row["stream"]].append(row)
    heads = await chains.heads(tx, streams)
    chain = [
        finding
        for stream in streams
        for finding in chains.check_chain(stream, entries[stream], heads.get(stream))
    ]
    moved = await tx.fetch(_ROOTS, root_id, [_id(stream) for stream in streams])
    chain += [Finding("it belongs to another one now", row["stream"]) for row in moved]
    told = {_id(stream): last_values(entries[stream]) for stream in streams if stream in heads}
    return Family(entries=entries, heads=heads, chain=chain, columns=await _columns(tx, root_id, told))


async def _columns(tx: Transaction, root_id: UUID, told: Mapping[UUID, dict[str, Any]]) -> list[Finding]:
    found = await check_columns(tx, told)
    return found if root_id in told else [*found, Finding("its row was deleted", subject_stream(root_id))]


def _id(stream: str) -> UUID:
    return UUID(stream.removeprefix("subject:"))
