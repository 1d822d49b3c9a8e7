"""Keys of persons: whatever names a buyer is sealed under the buyer's own key, so that erasing is losing the key.

The table holds a salt per owner; the key itself is made of it and the root key, which is not in the database.
"""

import hmac
import os
from collections.abc import Collection
from hashlib import sha256
from uuid import UUID

from orderhub.kernel import secrets
from orderhub.kernel.postgres import Transaction


async def keys(tx: Transaction, owners: Collection[UUID]) -> dict[UUID, bytes]:
    """Return the 32-byte key of each owner (an order, a message); one that has none gets one."""
    wanted = sorted(owners)
    found = await _salts(tx, wanted)
    if missing := [owner for owner in wanted if owner not in found]:
        await tx.execute(
            """insert into personal_keys (owner_id, salt)
               select * from unnest($1::uuid[], $2::bytea[]) on conflict do nothing""",
            *(missing, [os.urandom(16) for _ in missing]),
        )
        found |= await _salts(tx, missing)
    return {owner: _key(owner, salt) for owner, salt in found.items()}


async def known_keys(tx: Transaction, owners: Collection[UUID]) -> dict[UUID, bytes]:
    """Return the keys that are still there; an erased owner is missing from the answer."""
    return {owner: _key(owner, salt) for owner, salt in (await _salts(tx, sorted(owners))).items()}


async def _salts(tx: Transaction, owners: list[UUID]) -> dict[UUID, bytes]:
    rows = await tx.fetch("select owner_id, salt from personal_keys where owner_id = any($1::uuid[])", owners)
    return {row["owner_id"]: row["salt"] for row in rows}


def _key(owner: UUID, salt: bytes) -> bytes:
    return hmac.digest(secrets.derive("personal"), owner.bytes + salt, sha256)
