"""The format of a backup: one zip file, readable without the hub.

``manifest.json`` (see ``Manifest``), ``tables/<name>.copy`` (PostgreSQL's COPY text, UTF-8, columns as in the
manifest), and ``root.key`` only where it was asked for. Columns of transaction ids are not carried: they mean
nothing in another server, and their defaults make new ones.
"""

import zipfile
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec

from orderhub.kernel.errors import Refusal

FORMAT = 1
MANIFEST = "manifest.json"
KEY = "root.key"


_Name = Annotated[str, msgspec.Meta(pattern="^[a-z0-9_]+$")]


class NotABackup(Refusal):
    """The file is no backup, or is damaged. Data: file, expected, got."""


class BackupTooNew(Refusal):
    """A newer release wrote this format. Data: file, expected, got."""


class TableContent(msgspec.Struct, frozen=True, kw_only=True):
    """What one table held."""

    name: str
    columns: list[str]
    rows: int
    sha256: str


class Partition(msgspec.Struct, frozen=True, kw_only=True):
    """One partition, made again where the target has none of this name (so it may hold nothing but what it must)."""

    name: _Name
    parent: _Name
    bound: Annotated[
        str, msgspec.Meta(pattern=r"^(DEFAULT|FOR VALUES FROM \('[0-9: +.-]+'\) TO \('[0-9: +.-]+'\))$")
    ]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds: one moment of one database."""

    format: int
    made_at: datetime
    identity: str
    server_version: str
    migrations: list[str]
    tables: list[TableContent]
    partitions: list[Partition]
    sequences: dict[str, int | None]  # the value handed out last; None if none was
    key_name: str | None  # tells which root key sealed the data, without telling the key
    holds_key: bool

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables)


def entry(table: str) -> str:
    """Return the name of a table's content in the archive."""
    return f"tables/{table}.copy"


def read_manifest(file: Path) -> Manifest:
    """Return what a backup says of itself; refuse a file that is none, is cut short, or is of a later format."""
    try:
        with zipfile.ZipFile(file) as archive:
            raw = archive.read(MANIFEST)
            said = msgspec.json.decode(raw)
            if isinstance(said, dict) and isinstance(said.get("format"), int) and said["format"] > FORMAT:
                raise BackupTooNew(file=str(file), expected=FORMAT, got=said["format"])
            return msgspec.convert(said, Manifest, strict=False)
    except (zipfile.BadZipFile, KeyError, OSError, msgspec.MsgspecError) as error:
        raise NotABackup(file=str(file), expected=f"a backup of format {FORMAT}", got=str(error)) from None


def read_key(file: Path) -> bytes | None:
    """Return the root key a backup holds, if it was made with one."""
    if not read_manifest(file).holds_key:
        return None
    with zipfile.ZipFile(file) as archive:
        return bytes.fromhex(archive.read(KEY).decode())
