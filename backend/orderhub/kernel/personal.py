"""Keys of persons: whatever names a buyer is sealed under the buyer's own key, so that erasing is losing the key.

The table holds a salt per owner; the key itself is made of it and the root key, which is not in the database.
"""

import os
from collections.abc import Collection
from uuid import UUID

from orderhub.kernel import secrets
from orderhub.kernel.postgres import Transaction

_MAKE = """
    with made as (insert into personal_keys (owner_id, salt)
        select * from unnest($1::uuid[], $2::bytea[]) on conflict do nothing returning owner_id, salt)
    select * from made union all select owner_id, salt from personal_keys where owner_id = any($1::uuid[])
"""


async def keys(tx: Transaction, owners: Collection[UUID]) -> dict[UUID, bytes]:
    """Return the 32-byte key of each owner (an order, a message); one that has none gets one."""
    known: dict[UUID, bytes] = tx.known.setdefault("personal keys", {})
    if wanted := sorted(set(owners) - known.keys()):
        rows = await tx.fetch(_MAKE, wanted, [os.urandom(16) for _ in wanted])
        found = {row["owner_id"]: row["salt"] for row in rows}
        if missing := [owner for owner in wanted if owner not in found]:
            found |= await _salts(tx, missing)  # made by somebody else a moment ago
        known |= {owner: _key(owner, salt) for owner, salt in found.items()}
    return {owner: known[owner] for owner in owners}


async def known_keys(tx: Transaction, owners: Collection[UUID]) -> dict[UUID, bytes]:
    """Return the keys that are still there; an erased owner is missing from the answer."""
    return {owner: _key(owner, salt) for owner, salt in (await _salts(tx, sorted(owners))).items()}


async def _salts(tx: Transaction, owners: list[UUID]) -> dict[UUID, bytes]:
    rows = await tx.fetch("select owner_id, salt from personal_keys where owner_id = any($1::uuid[])", owners)
    return {row["owner_id"]: row["salt"] for row in rows}


def _key(owner: UUID, salt: bytes) -> bytes:
    return secrets.mac("personal", owner.bytes + salt)
