"""`orderhub backup FILE`: everything the database holds, at one moment, in a format of our own."""

import hashlib
import os
import zipfile
from contextlib import suppress
from pathlib import Path

import msgspec

from orderhub.kernel import clock, postgres
from orderhub.kernel.errors import Refusal
from orderhub.storage import archive, contents, migrating
from orderhub.storage.archive import Manifest, TableContent


class NotWritten(Refusal):
    """The backup could not be written there; whatever stood there is as it was. Data: file, said."""


async def write(file: Path, *, key: bytes | None = None) -> Manifest:
    """Write a backup of the open database; the file appears only when it is whole. It is readable by its owner only.

    ``key`` is put into it; without, it holds only the name of the root key it needs.
    """
    migrations = await migrating.applied()
    unfinished = file.with_name(file.name + ".unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        manifest = await _write(unfinished, migrations, key)
        unfinished.replace(file)
    except ConnectionError:
        raise
    except OSError as error:
        raise NotWritten(file=str(file), said=error.strerror or str(error)) from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
    return manifest


async def _write(file: Path, migrations: list[str], key: bytes | None) -> Manifest:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as into:
            async with postgres.transaction(snapshot=True) as tx:
                manifest = await _fill(into, tx, migrations, holds_key=key is not None)
            if key is not None:
                into.writestr(archive.KEY, key.hex())
            into.writestr(archive.MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
        raw.flush()
        os.fsync(raw.fileno())
    return manifest


async def _fill(
    into: zipfile.ZipFile,
    tx: postgres.Transaction,
    migrations: list[str],
    *,
    holds_key: bool,
) -> Manifest:
    tables = [await _copy_out(into, tx, table) for table in await contents.tables(tx)]
    return Manifest(
        format=archive.FORMAT,
        made_at=clock.now(),
        identity=await tx.fetchval("select identity::text from installation"),
        server_version=await tx.fetchval("show server_version"),
        migrations=migrations,
        tables=tables,
        partitions=await contents.partitions(tx),
        sequences=await contents.sequences(tx),
        key_name=await tx.fetchval("select key_name from installation"),
        holds_key=holds_key,
    )


async def _copy_out(into: zipfile.ZipFile, tx: postgres.Transaction, table: contents.Table) -> TableContent:
    digest = hashlib.sha256()
    with into.open(archive.entry(table.name), "w", force_zip64=True) as entry:

        async def keep(chunk: bytes) -> None:
            digest.update(chunk)
            entry.write(chunk)

        tag: str = await tx.connection.copy_from_query(
            table.query, output=keep, format="text", encoding="utf8"
        )
    return TableContent(
        name=table.name, columns=table.columns, rows=int(tag.split()[1]), sha256=digest.hexdigest()
    )
