"""Covering: which anchor took the head of one stream out of the machine, without reading all anchors there are.

A stream stands in the first anchor after its last change. The list in the database says which anchors came when; what
one says is read from its sealed file alone.
"""

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from orderhub.kernel.postgres import Transaction
from orderhub.proof import anchor

# An anchor is dated a moment after the snapshot it shows, so a change of that moment stands in the one after it.
_FIRST = "select number, digest from anchors where taken_at >= $1 order by number limit 2"
_NAMED = "select number, digest from anchors where number = any($1::int[])"


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """An anchor that holds a stream: which one, when it was taken, and the head it has of that stream."""

    number: int
    taken_at: datetime
    seq: int
    digest: bytes


class Covered(msgspec.Struct, frozen=True, kw_only=True):
    """The earliest anchor that holds each stream so far; ``missing``: anchors that are gone or were altered."""

    covers: Mapping[str, Cover]
    missing: Collection[int]


async def cover(
    tx: Transaction,
    folder: Path | None,
    *,
    heads: Mapping[str, tuple[int, datetime]],
    known: Collection[int] = (),
) -> Covered:
    """Look for anchors that hold these heads (sequence number, moment of that entry); ``known`` are to be there too."""
    wanted: dict[int, bytes | None] = dict.fromkeys(known)
    for since in {at for _, at in heads.values()}:
        wanted |= {row["number"]: row["digest"] for row in await tx.fetch(_FIRST, since)}
    wanted |= {row["number"]: row["digest"] for row in await tx.fetch(_NAMED, list(known))}
    covers: dict[str, Cover] = {}
    missing = []
    for number, seal in sorted(wanted.items()) if folder or known else ():
        found = await asyncio.to_thread(_read, folder, number, frozenset(heads)) if folder else None
        if found is None or found[0] != seal:
            missing.append(number)
            continue
        _, taken_at, held = found
        for stream, (seq, digest) in held.items():
            if seq >= heads[stream][0]:
                covers.setdefault(stream, Cover(number=number, taken_at=taken_at, seq=seq, digest=digest))
    return Covered(covers=covers, missing=missing)


def _read(folder: Path, number: int, streams: frozenset[str]) -> Any:
    path = folder / anchor.name(number)
    try:
        written = path.stat()
    except OSError:
        return None
    return _held(path, number, streams, (written.st_mtime_ns, written.st_size))


@lru_cache(maxsize=200)
def _held(path: Path, number: int, streams: frozenset[str], _: tuple[int, int]) -> Any:
    """Return seal, moment and heads of these streams; None if the file is not the one that was written."""
    header, lines, seal = anchor.open_sealed(path)
    if header is None or header.number != number:
        return None
    begins = tuple(f'["{stream}",'.encode() for stream in streams)
    heads = [anchor.head(line) for line in lines if line.startswith(begins)]
    taken_at = datetime.fromisoformat(header.taken_at)
    return seal, taken_at, {stream: (seq, digest) for stream, seq, digest in heads}
