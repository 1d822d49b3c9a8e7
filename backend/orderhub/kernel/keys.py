"""Write keys: a request that comes twice is done once, and hears the first verdict again.

Kept 90 days. The row is taken before anything is locked, so that a second request waits for the first to commit.
"""

import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

import msgspec

from orderhub.kernel import clock, secrets
from orderhub.kernel.errors import KeyReused
from orderhub.kernel.postgres import Transaction

_CLAIM = """
    insert into write_keys (scope, key, digest, at)
    select $1, x.key, x.digest, $4 from unnest($2::text[], $3::bytea[]) as x(key, digest) order by x.key
    on conflict do nothing returning key
"""
_SETTLE = """
    update write_keys w set verdict = x.verdict
    from jsonb_to_recordset($2::jsonb) as x(key text, verdict jsonb) where w.scope = $1 and w.key = x.key
"""
_encoder = msgspec.json.Encoder(order="sorted")


def request_digest(request: Any) -> bytes:
    """Return the digest by which a repeated request is told from another one; without our key it tells nobody anything."""
    return hmac.digest(secrets.derive("write-keys"), _encoder.encode(request), sha256)


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
    await settle(tx, scope, list(first.items()))
    answered |= first
    return [verdicts[n] if n in verdicts else _again(r, digests, answered) for n, r in enumerate(requests)]


async def claim(tx: Transaction, scope: str, requests: Mapping[str, bytes]) -> dict[str, Any]:
    """Take the keys of these requests (key to digest); returns the stored verdict of every key already answered.

    A key that came before with another digest is answered by a ``KeyReused``.
    """
    taken = await tx.fetch(_CLAIM, scope, list(requests), list(requests.values()), clock.now())
    repeated = requests.keys() - {row["key"] for row in taken}
    if not repeated:
        return {}
    rows = await tx.fetch(
        "select key, digest, verdict from write_keys where scope = $1 and key = any($2::text[])",
        scope,
        list(repeated),
    )
    return {row["key"]: _answer(row, requests[row["key"]]) for row in rows}


async def settle(tx: Transaction, scope: str, verdicts: Sequence[tuple[str, Any]]) -> None:
    """Store the verdicts of the keys this transaction has taken."""
    if verdicts:
        rows = [{"key": key, "verdict": verdict} for key, verdict in verdicts]
        await tx.execute(_SETTLE, scope, msgspec.json.encode(rows).decode())


def _again(request: Any, digests: Mapping[str, bytes], answered: Mapping[str, Any]) -> Any:
    key = request.key or ""
    return answered[key] if request_digest(request) == digests[key] else KeyReused(key=key)


def _answer(row: Any, digest: bytes) -> Any:
    return row["verdict"] if row["digest"] == digest else KeyReused(key=row["key"])
