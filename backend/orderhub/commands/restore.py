"""Read a backup made by `orderhub backup` into an empty database, whole or not at all.

The database gets a new identity, so that open pages notice. The root key comes from FILE if it was made with
--with-key; otherwise put the former root.key into the data folder, or set ORDERHUB_SECRET, before the hub starts.
"""

import argparse
import asyncio
from pathlib import Path

from orderhub.settings import Settings

NAME = "restore"
HELP = "read a backup into an empty database"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the file."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a file that `orderhub backup` wrote")


def run(arguments: argparse.Namespace, settings: Settings) -> None:
    """Restore it, and say what about the key."""
    asyncio.run(_restore(arguments.file, settings))


async def _restore(file: Path, settings: Settings) -> None:
    from orderhub import process
    from orderhub.storage import archive, migrating, restore

    archive.read_manifest(file)  # refused before a server is started
    async with process.database(settings):
        await migrating.migrate()
        manifest = await restore.read(file)
    print(f"{file}: {manifest.rows} rows of {len(manifest.tables)} tables restored")
    key = archive.read_key(file)
    if key is not None:
        _keep(key, settings)
    else:
        _say_which(manifest.key_name, settings)


def _keep(key: bytes, settings: Settings) -> None:
    from orderhub import process
    from orderhub.storage import root_key

    place = process.root_key_file(settings)
    aside = root_key.put(place, key)
    print(f"The root key came with the file and is in {place}.")
    if aside is not None:
        print(f"The one that was there before is now {aside}.")
    if settings.secret not in (None, key):
        print("ORDERHUB_SECRET goes before it and is another key: unset it.")


def _say_which(needed: str | None, settings: Settings) -> None:
    from orderhub import process
    from orderhub.storage import root_key

    place, here = process.root_key_file(settings), process.present_root_key(settings)
    if needed is None:
        return
    if here is not None and root_key.name_of(here) == needed:
        print("The root key here is the one this backup needs.")
        return
    print(f"The root key is NOT in the file: put the former one into {place} or into ORDERHUB_SECRET.")
    print("Without it personal data stays sealed and the ledger cannot be verified.")
