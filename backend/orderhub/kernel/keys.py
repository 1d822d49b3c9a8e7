"""Write keys: a request that comes twice is done once, and hears the first verdict again.

Kept 90 days. The key is locked by its name before anything else is, so that a second request waits for the first to
commit; its row is written once, with the verdict.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from orderhub.kernel import clock, secrets
from orderhub.kernel.errors import KeyReused
from orderhub.kernel.postgres import Transaction

_KNOWN = "select key, digest, verdict from write_keys where scope = $1 and key = any($2::text[])"
_COLUMNS = ("scope", "key", "digest", "verdict", "at")
_encoder = msgspec.json.Encoder(order="sorted")


def request_digest(request: Any) -> bytes:
    """Return the digest by which a repeated request is told from another one; without our key it tells nobody anything."""
    return secrets.mac("write-keys", _encoder.encode(request))


async def once(
    tx: Transaction,
    scope: str,
    requests: Sequence[Any],
    do: Callable[[Sequence[Any]], Awaitable[Sequence[Any]]],
) -> list[Any]:
    """Do what is new of requests (``key`` or None); answers a repeat as stored, another one by a ``KeyReused``."""
    firsts = {request.key: place for place, request in reversed(list(enumerate(requests))) if request.key}
    digests = {key: request_digest(requests[place]) for key, place in firsts.items()}
    answered = await claim(tx, scope, digests) if digests else {}
    fresh = [n for n, r in enumerate(requests) if r.key not in answered and firsts.get(r.key or "", n) == n]
    done = await do([requests[place] for place in fresh]) if fresh else ()
    verdicts = dict(zip(fresh, done, strict=True))
    first = {key: verdicts[place] for place in fresh if (key := requests[place].key)}
    await settle(tx, scope, first)
    answered |= first
    return [verdicts[n] if n in verdicts else _again(r, digests, answered) for n, r in enumerate(requests)]


async def claim(tx: Transaction, scope: str, requests: Mapping[str, bytes]) -> dict[str, Any]:
    """Take the keys of these requests (key to digest); returns the stored verdict of every key already answered.

    A key that came before with another digest is answered by a ``KeyReused``.
    """
    await tx.lock_names(f"{scope} {key}" for key in requests)
    taken = tx.known.setdefault(("keys", scope), {})
    rows = await tx.fetch(_KNOWN, scope, list(requests))
    answered = {row["key"]: _answer(row, requests[row["key"]]) for row in rows}
    for key, digest in requests.items():
        if key not in answered and taken.setdefault(key, digest) != digest:
            answered[key] = KeyReused(key=key)
    return answered


async def settle(tx: Transaction, scope: str, verdicts: Mapping[str, Any]) -> None:
    """Store the verdicts of keys this transaction has claimed."""
    if verdicts:
        digests, now = tx.known["keys", scope], clock.now()
        rows = [(scope, key, digests[key], verdict, now) for key, verdict in verdicts.items()]
        await tx.copy_records("write_keys", columns=_COLUMNS, records=rows)


def _again(request: Any, digests: Mapping[str, bytes], answered: Mapping[str, Any]) -> Any:
    key = request.key or ""
    return answered[key] if request_digest(request) == digests[key] else KeyReused(key=key)


def _answer(row: Any, digest: bytes) -> Any:
    return row["verdict"] if row["digest"] == digest else KeyReused(key=row["key"])
