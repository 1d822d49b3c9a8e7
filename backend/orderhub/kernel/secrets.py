"""Keys that never lie in the database: all derived from one root key, each for one purpose.

The root key comes from ``ORDERHUB_SECRET`` or from ``root.key`` in the data folder (made at first start, mode 0600).
"""

import hmac
import os
import time
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

_root: bytes | None = None


def open_root(root_key: bytes) -> None:
    """Use this root key (at least 32 bytes) for the whole process."""
    global _root
    if len(root_key) < 32:
        raise ValueError(f"expected a root key of at least 32 bytes, got {len(root_key)}")
    _root = root_key
    derive.cache_clear()
    _keyed.cache_clear()


def root_from_file(path: Path) -> bytes:
    """Read the root key, or make it where there is none yet; two processes starting at once agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_root(path)
    with os.fdopen(made, "wb") as file:
        file.write(os.urandom(32).hex().encode())
        file.flush()
        os.fsync(file.fileno())
    return _read_root(path)


@cache
def derive(purpose: str) -> bytes:
    """Return the 32-byte key of one purpose (HMAC-SHA256 of the purpose under the root key)."""
    if _root is None:
        raise RuntimeError("expected secrets.open_root() before a key is asked for")
    return hmac.digest(_root, purpose.encode(), sha256)


@cache
def _keyed(purpose: str) -> HMAC:
    return HMAC(derive(purpose), SHA256())


def mac(purpose: str, told: bytes) -> bytes:
    """Return the HMAC-SHA256 of what is told, under the key of one purpose."""
    made = _keyed(purpose).copy()  # its key is prepared once, which is half of the work
    made.update(told)
    return made.finalize()


def keyed_digest(purpose: str, value: str) -> bytes:
    """Return a digest by which a value can be found again, and not guessed without the key."""
    return mac(purpose, value.encode())


def encrypt(plain: bytes, *, key: bytes) -> bytes:
    """Return nonce and ciphertext (AES-256-GCM)."""
    nonce = os.urandom(12)
    return nonce + _cipher(key).encrypt(nonce, plain, None)


def decrypt(sealed: bytes, *, key: bytes) -> bytes:
    """Return what ``encrypt`` sealed; raises InvalidTag if key or content are not the ones."""
    return _cipher(key).decrypt(sealed[:12], sealed[12:], None)


@lru_cache(maxsize=256)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)  # what is kept of one order is sealed under one key, several times in a moment


def _read_root(path: Path) -> bytes:
    for _ in range(50):  # another process may have made the file and not yet written it
        text = path.read_text().strip()
        if len(text) >= 64:
            return bytes.fromhex(text)
        time.sleep(0.02)
    raise ValueError(f"expected 64 hexadecimal digits in {path}, got {len(text)}")
