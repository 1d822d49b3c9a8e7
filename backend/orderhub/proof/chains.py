"""Chains: whether the entries of a stream are those that were written, all of them, in their order, up to its head."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from orderhub.kernel import ledger
from orderhub.kernel.ledger import GENESIS
from orderhub.kernel.postgres import Transaction

_HEADS = """
    select 'subject:' || id as stream, head_seq as seq, head_digest as digest from subjects
    where id = any(select substr(s, 9)::uuid from unnest($1::text[]) s where s like 'subject:%')
    union all select stream, seq, digest from ledger_heads where stream = any($1::text[])
"""


class Finding(msgspec.Struct, frozen=True):
    """Something that cannot be explained by what was recorded. ``where`` is a stream, a subject or a table."""

    what: str
    where: str
    detail: str = ""


async def heads(tx: Transaction, streams: Sequence[str]) -> Mapping[str, tuple[int, bytes]]:
    """Return where these streams end: sequence number and digest; nothing for one whose subject is gone."""
    return {row["stream"]: (row["seq"], row["digest"]) for row in await tx.fetch(_HEADS, list(streams))}


def check_chain(stream: str, entries: Sequence[Any], head: tuple[int, bytes] | None) -> list[Finding]:
    """Compare the entries of one stream with their digests, with one another and with the stream's head."""
    previous = GENESIS
    for expected, entry in enumerate(entries, start=1):
        if entry["seq"] != expected:
            return [
                Finding(
                    "an entry is missing, or one too many", stream, f"expected {expected}, got {entry['seq']}"
                )
            ]
        if entry["digest"] != ledger.digest(stream, expected, previous, entry["body"].encode()):
            return [Finding("an entry is not the one that was written", stream, f"entry {expected}")]
        previous = entry["digest"]
    if head is None:
        return [Finding("the subject of the stream is gone", stream)]
    if head != (len(entries), previous):
        return [
            Finding(
                "the end of the stream is missing, or not ours", stream, f"head {head[0]}, got {len(entries)}"
            )
        ]
    return []


def check_anchor(stream: str, entries: Sequence[Any], anchored: tuple[int, bytes] | None) -> list[Finding]:
    """Compare the entries of one stream with the head that left the machine."""
    if anchored is None:
        return []
    seq, digest = anchored
    if len(entries) < seq or entries[seq - 1]["digest"] != digest:
        return [Finding("the stream is not the one that was anchored", stream, f"entry {seq}")]
    return []


def made_again(stream: str, entries: Sequence[Any]) -> Iterator[bytes]:
    """Yield the digest each entry must bear by what it says itself, whatever digest stands beside it."""
    previous = GENESIS
    for seq, entry in enumerate(entries, start=1):
        previous = ledger.digest(stream, seq, previous, entry["body"].encode())
        yield previous
