"""How far a replay came, kept in a small file, so that one that was broken off goes on where it stopped."""

import os
import time
from pathlib import Path

import msgspec


class _Kept(msgspec.Struct):
    """What the file holds: for each (file digest, address) how many messages from the start are all acknowledged."""

    acknowledged: dict[str, int] = {}


class Progress:
    """Counts acknowledgements that come in any order; the mark is the position below which nothing is missing."""

    def __init__(self, path: Path | None, *, digest: str, url: str) -> None:
        self._path = path
        self._key = f"{digest} {url}"
        self.mark = self._read().acknowledged.get(self._key, 0)
        self._ahead: set[int] = set()
        self._written_at = time.monotonic()

    def acknowledge(self, position: int) -> None:
        """Note one message, and write the mark down at most once a second."""
        self._ahead.add(position)
        while self.mark in self._ahead:
            self._ahead.remove(self.mark)
            self.mark += 1
        if time.monotonic() - self._written_at >= 1:
            self.write()

    def write(self) -> None:
        """Write the mark down now."""
        self._written_at = time.monotonic()
        kept = self._read()
        kept.acknowledged[self._key] = self.mark
        self._store(kept)

    def forget(self) -> None:
        """Everything arrived: the next replay begins anew."""
        kept = self._read()
        if kept.acknowledged.pop(self._key, None) is not None:
            self._store(kept)

    def _read(self) -> _Kept:
        if self._path is None or not self._path.exists():
            return _Kept()
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=_Kept)
        except msgspec.DecodeError:
            return _Kept()

    def _store(self, kept: _Kept) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        fresh.write_bytes(msgspec.json.encode(kept))
        fresh.replace(self._path)
