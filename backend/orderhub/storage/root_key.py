"""The root key: which one a database needs, reading one that is there, putting a restored one in place."""

import hmac
import os
from hashlib import sha256
from pathlib import Path

from orderhub.kernel import clock, postgres, secrets


def existing(path: Path) -> bytes | None:
    """Return the key of a file; None where there is no file, and none is made."""
    return secrets.root_from_file(path) if path.exists() else None


def name_of(key: bytes) -> str:
    """Return a short name by which a key is recognised and not guessed."""
    return hmac.digest(key, b"the name of this root key", sha256)[:8].hex()


async def needed() -> str | None:
    """Return the name of the root key that seals the data of the open database; None if no hub ever ran on it."""
    name: str | None = await postgres.fetchval("select key_name from installation")
    return name


async def claim(name: str) -> str:
    """Note that this key seals the database's data, unless another one does already; returns the one that does."""
    await postgres.execute("update installation set key_name = $1 where key_name is null", name)
    return await needed() or name


def put(path: Path, key: bytes) -> Path | None:
    """Make this the key of the file; another one that is there is moved aside, never lost, and its new place told."""
    if existing(path) == key:
        return None
    aside = None
    if path.exists():
        aside = path.with_name(f"{path.name}.{clock.now():%Y%m%dT%H%M%S}")
        path.rename(aside)
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key.hex())
        file.flush()
        os.fsync(file.fileno())
    return aside
