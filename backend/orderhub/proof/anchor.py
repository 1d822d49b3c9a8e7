"""Anchors: once a day the heads of all streams leave the machine, so that what was there cannot be made never to have been.

An anchor is a compressed file of lines: a header, the head of every stream that changed since the anchor before, and a
seal (HMAC over everything above, under a key that is not in the database). Each header holds the seal before it.
"""

import asyncio
import gzip
import hmac
import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from orderhub.kernel import clock, postgres, secrets
from orderhub.kernel.ids import uuid7
from orderhub.kernel.ledger import GENESIS
from orderhub.kernel.postgres import Transaction

_PAGE = 5_000
_CHANGED = """
    select stream, seq, digest from (
        select 'subject:' || id as stream, head_seq as seq, head_digest as digest, changed_xid from subjects
        union all select stream, seq, digest, changed_xid from ledger_heads
    ) heads
    where $1::text is null or (changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot)
                               and not pg_visible_in_snapshot(changed_xid, $1::text::pg_snapshot))
"""
_REMEMBER = """
    insert into anchors (number, taken_at, snapshot, heads, digest) values ($1, $2, $3::text::pg_snapshot, $4, $5)
"""


class Anchored(msgspec.Struct):
    """What the anchors say: the last head of every stream, and what is wrong with the anchors themselves."""

    heads: dict[str, tuple[int, bytes]] = {}
    count: int = 0
    faults: list[str] = []


class Header(msgspec.Struct, kw_only=True):
    """The first line of an anchor."""

    number: int
    taken_at: str
    database: str
    snapshot: str
    previous: str


async def take(folder: Path) -> Path:
    """Write the next anchor into the folder (which should be synchronised to another machine); returns its file."""
    async with postgres.transaction(snapshot=True) as tx:
        before = await tx.fetchrow(
            "select number, snapshot::text, digest from anchors order by number desc limit 1"
        )
        snapshot = await tx.fetchval("select pg_current_snapshot()::text")
        heads = await tx.fetch(_CHANGED, before["snapshot"] if before else None)
    header = Header(
        number=before["number"] + 1 if before else 1,
        taken_at=clock.now().isoformat(),
        database=postgres.identity(),
        snapshot=snapshot,
        previous=(before["digest"] if before else GENESIS).hex(),
    )
    rows = [(row["stream"], row["seq"], row["digest"].hex()) for row in heads]
    path, unfinished = folder / name(header.number), folder / f"{uuid7()}.part"
    try:
        seal = await asyncio.to_thread(_write, unfinished, header, rows)
        async with postgres.transaction() as tx:  # of two at once the second finds the number taken
            await tx.execute(_REMEMBER, header.number, clock.now(), snapshot, len(rows), seal)
            unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


async def read_all(tx: Transaction, folder: Path) -> Anchored:
    """Read every anchor of the folder, oldest first, and compare their seals with the database's own list."""
    found = Anchored()
    known = {row["number"]: row["digest"] for row in await tx.fetch("select number, digest from anchors")}
    previous = GENESIS
    for number, path in enumerate(_files(folder), start=1):
        found.count += 1
        header, lines, seal = open_sealed(path)
        found.heads |= {stream: (seq, digest) for stream, seq, digest in map(head, lines)}
        if header is None or header.number != number or header.previous != previous.hex():
            found.faults.append(f"{path.name} was altered, or an anchor before it is missing")
        elif known.pop(number, None) != seal:
            found.faults.append(f"{path.name} is not the anchor the database remembers")
        previous = seal
    found.faults += [f"anchor {number} is missing" for number in known]
    return found


def open_sealed(path: Path) -> tuple[Header | None, list[bytes], bytes]:
    """Return header, heads (a line each, still JSON) and seal of one anchor; without a header if it was altered."""
    mac = hmac.new(secrets.derive("anchor"), digestmod=sha256)
    try:
        with gzip.open(path, "rb") as file:
            lines = file.readlines()
        for line in lines[:-1]:
            mac.update(line)
        seal: dict[str, Any] = msgspec.json.decode(lines[-1])
        if not hmac.compare_digest(seal["seal"], mac.hexdigest()):
            return None, [], mac.digest()
        return msgspec.json.decode(lines[0], type=Header), lines[1:-1], mac.digest()
    except (OSError, EOFError, IndexError, KeyError, TypeError, ValueError, msgspec.MsgspecError):
        return None, [], mac.digest()


def head(line: bytes) -> tuple[str, int, bytes]:
    """Read one line of an anchor: stream, sequence number, digest."""
    stream, seq, digest = msgspec.json.decode(line)
    return stream, seq, bytes.fromhex(digest)


def name(number: int) -> str:
    """Return the name of an anchor's file."""
    return f"anchor-{number:06d}.jsonl.gz"


def _files(folder: Path) -> Iterable[Path]:
    return sorted(folder.glob("anchor-*.jsonl.gz"))


def _write(path: Path, header: Header, heads: Iterable[tuple[str, int, str]]) -> bytes:
    mac = hmac.new(secrets.derive("anchor"), digestmod=sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as raw:
        with gzip.open(raw, "wb") as file:
            for line in _lines(header, heads):
                mac.update(line)
                file.write(line)
            file.write(msgspec.json.encode({"seal": mac.hexdigest()}) + b"\n")
        raw.flush()
        os.fsync(raw.fileno())
    return mac.digest()


def _lines(header: Header, heads: Iterable[tuple[str, int, str]]) -> Iterator[bytes]:
    yield msgspec.json.encode(header) + b"\n"
    for head in heads:
        yield msgspec.json.encode(head) + b"\n"
