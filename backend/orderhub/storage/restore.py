"""`orderhub restore FILE`: a backup into an empty database, on any server, whole or not at all."""

import hashlib
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

from orderhub.kernel import pool, postgres
from orderhub.kernel.errors import Refusal
from orderhub.storage import archive, contents, migrating
from orderhub.storage.archive import Manifest, NotABackup, TableContent

_CHUNK_BYTES = 1 << 18


class DatabaseNotEmpty(Refusal):
    """A backup goes only into a database without data. Data: table, rows."""


class OtherSchema(Refusal):
    """The backup was made by another release; restore with that one, then update. Data: missing, unknown."""


async def read(file: Path) -> Manifest:
    """Restore a backup into the open, migrated, empty database, and give that a new identity.

    One transaction: contents whose digest or count differs from the manifest leave the database as it was.
    """
    manifest = archive.read_manifest(file)
    await _require_same_schema(manifest)
    with zipfile.ZipFile(file) as source:
        async with postgres.transaction() as tx:
            await _require_empty(tx)
            await _load(source, tx, manifest)
            await tx.execute(
                "update installation set identity = gen_random_uuid(), made_at = now(), key_name = $1",
                manifest.key_name,
            )
    await pool.load_identity()
    await postgres.execute("analyze")
    return manifest


async def _require_same_schema(manifest: Manifest) -> None:
    here, there = set(await migrating.applied()), set(manifest.migrations)
    if here != there:
        raise OtherSchema(missing=_named(there - here), unknown=_named(here - there))


def _named(migrations: set[str]) -> str:
    return ", ".join(sorted(migrations)) or "-"


async def _require_empty(tx: postgres.Transaction) -> None:
    for table in await contents.tables(tx):
        rows = await tx.fetchval(f'select count(*) from (select from "{table.name}" limit 1000) as few')
        if rows:
            raise DatabaseNotEmpty(table=table.name, rows=rows)


async def _load(source: zipfile.ZipFile, tx: postgres.Transaction, manifest: Manifest) -> None:
    # Foreign keys are put back at the end, where each is checked once, whatever the order of the tables;
    # an ordinary role may not switch them off, but may drop and add them.
    keys, triggers = await contents.foreign_keys(tx), await contents.triggers(tx)
    await _run(tx, [f'alter table "{key.table}" drop constraint "{key.name}"' for key in keys])
    await _run(tx, [f'alter table "{on.table}" disable trigger "{on.name}"' for on in triggers])
    await _make_partitions(tx, manifest)
    for table in manifest.tables:
        await _copy_in(source, tx, table)
    await _set_sequences(tx, manifest)
    await _run(tx, [f'alter table "{key.table}" add constraint "{key.name}" {key.how}' for key in keys])
    await _run(tx, [f'alter table "{on.table}" {on.how} trigger "{on.name}"' for on in triggers])


async def _run(tx: postgres.Transaction, statements: list[str]) -> None:
    if statements:
        await tx.execute("; ".join(statements))


async def _make_partitions(tx: postgres.Transaction, manifest: Manifest) -> None:
    here = {partition.name for partition in await contents.partitions(tx)}
    missing = [partition for partition in manifest.partitions if partition.name not in here]
    await _run(
        tx, [f'create table "{part.name}" partition of "{part.parent}" {part.bound}' for part in missing]
    )


async def _copy_in(source: zipfile.ZipFile, tx: postgres.Transaction, table: TableContent) -> None:
    digest = hashlib.sha256()

    async def chunks() -> AsyncIterator[bytes]:
        with source.open(archive.entry(table.name)) as entry:
            while chunk := entry.read(_CHUNK_BYTES):
                digest.update(chunk)
                yield chunk

    try:
        tag = await tx.connection.copy_to_table(
            table.name, source=chunks(), columns=table.columns, format="text", encoding="utf8"
        )
    except (zipfile.BadZipFile, KeyError) as error:
        raise NotABackup(file=str(source.filename), expected=table.name, got=str(error)) from None
    _require_same(source, table, rows=int(tag.split()[1]), sha256=digest.hexdigest())


def _require_same(source: zipfile.ZipFile, table: TableContent, *, rows: int, sha256: str) -> None:
    if (rows, sha256) != (table.rows, table.sha256):
        raise NotABackup(
            file=str(source.filename),
            expected=f"{table.name}: {table.rows} rows, {table.sha256[:12]}",
            got=f"{rows} rows, {sha256[:12]}",
        )


async def _set_sequences(tx: postgres.Transaction, manifest: Manifest) -> None:
    for name, last in manifest.sequences.items():
        if last is not None:
            await tx.execute("select setval($1::text::regclass, $2)", f'"{name}"', last)
