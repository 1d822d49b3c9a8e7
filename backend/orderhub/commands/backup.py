"""Write everything the database holds at one moment into FILE, to be restored on any server with `orderhub restore`.

The root key, which encrypts personal data and signs the ledger, is not in FILE unless --with-key is given: keep it
apart, or keep FILE as safe as the key.
"""

import argparse
import asyncio
from pathlib import Path

from orderhub.settings import Settings

NAME = "backup"
HELP = "write everything into one file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the file, and whether the key goes with it."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the file to write, for example hub.backup")
    parser.add_argument("--with-key", action="store_true", help="put the root key into the file too")


def run(arguments: argparse.Namespace, settings: Settings) -> None:
    """Write it, and say where the key is."""
    asyncio.run(_backup(arguments.file, settings, with_key=arguments.with_key))


async def _backup(file: Path, settings: Settings, *, with_key: bool) -> None:
    from orderhub import process
    from orderhub.storage import backup, root_key

    place = process.root_key_file(settings)
    key = process.present_root_key(settings)
    async with process.database(settings):
        if with_key and (key is None or root_key.name_of(key) != await root_key.needed()):
            raise process.RootKeyMissing(place=str(place))
        manifest = await backup.write(file, key=key if with_key else None)
    print(f"{file}: {manifest.rows} rows of {len(manifest.tables)} tables")
    if with_key:
        print("The root key is in the file: whoever has the file can read everything in it.")
    else:
        kept = "ORDERHUB_SECRET" if settings.secret else place
        print(f"The root key is NOT in the file. Keep {kept} too: without it personal data stays sealed.")
