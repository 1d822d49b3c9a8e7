"""Write keys: a request that comes twice is done once, and hears the first verdict again.

Kept 90 days. The key is locked by its name before anything else is, so that a second request waits for the first to
commit; its row is written once, with the verdict.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from orderhub.kernel import clock, secrets
from orderhub.kernel.errors import KeyReused
from orderhub.kernel.postgres import Transaction
from orderhub.kernel.retrying import racing

Name: TypeAlias = tuple[str, str]  # whose key it is (a person's, a shop's), and the key

_KNOWN = """
    select w.scope, w.key, w.digest, w.verdict
    from unnest($1::text[], $2::text[]) as x(scope, key) join write_keys w using (scope, key)
"""
_COLUMNS = ("scope", "key", "digest", "verdict", "at")
_encoder = msgspec.json.Encoder(order="sorted")


def request_digest(request: Any) -> bytes:
    """Return the digest by which a repeated request is told from another one; without our key it tells nobody anything."""
    return secrets.mac("write-keys", _encoder.encode(request))


def called(name: Name) -> str:
    """Return what a key is locked by (``Transaction.lock_names``)."""
    return " ".join(name)


async def once(
    tx: Transaction,
    asked: Sequence[tuple[str, Any]],
    do: Callable[[Sequence[int]], Awaitable[Sequence[Any]]],
) -> list[Any]:
    """Do what is new of requests, each with whose it is; ``do`` is told their places, and answers each.

    A request has a ``key`` or None. A repeat is answered as stored, another one under its key by a ``KeyReused``.
    """
    names = [(scope, request.key or "") for scope, request in asked]
    firsts = {name: place for place, name in reversed(list(enumerate(names))) if name[1]}
    digests = {name: request_digest(asked[place][1]) for name, place in firsts.items()}
    answered = await claim(tx, digests) if digests else {}
    fresh = [n for n, name in enumerate(names) if name not in answered and firsts.get(name, n) == n]
    verdicts = dict(zip(fresh, await do(fresh) if fresh else (), strict=True))
    first = {names[place]: verdict for place, verdict in verdicts.items() if names[place][1]}
    await settle(tx, first)
    answered |= first

    def again(place: int) -> Any:
        name = names[place]
        is_same = request_digest(asked[place][1]) == digests[name]
        return answered[name] if is_same else KeyReused(key=name[1])

    return [verdicts[n] if n in verdicts else again(n) for n in range(len(asked))]


async def claim(tx: Transaction, requests: Mapping[Name, bytes]) -> dict[Name, Any]:
    """Take the keys of these requests (name to digest); returns the stored verdict of every key already answered.

    A key that came before with another digest is answered by a ``KeyReused``.
    """
    await tx.lock_names(map(called, requests))
    taken = tx.known.setdefault("keys", {})
    rows = await tx.fetch(_KNOWN, [scope for scope, _ in requests], [key for _, key in requests])
    answered = {(row["scope"], row["key"]): row for row in rows}
    verdicts = {name: _answer(row, requests[name]) for name, row in answered.items()}
    for name, digest in requests.items():
        if name not in answered and taken.setdefault(name, digest) != digest:
            verdicts[name] = KeyReused(key=name[1])
    return verdicts


async def settle(tx: Transaction, verdicts: Mapping[Name, Any]) -> None:
    """Store the verdicts of keys this transaction has claimed."""
    if verdicts:
        digests, now = tx.known["keys"], clock.now()
        rows = [(*name, digests[name], verdict, now) for name, verdict in verdicts.items()]
        with racing():
            await tx.copy_records("write_keys", columns=_COLUMNS, records=rows)


def _answer(row: Any, digest: bytes) -> Any:
    return row["verdict"] if row["digest"] == digest else KeyReused(key=row["key"])
