"""Write an anchor now: the heads of all streams that changed, sealed, into the folder that leaves this machine.

The worker does it daily when ORDERHUB_ANCHORS is set.
"""

import argparse
import asyncio
from pathlib import Path

from orderhub.kernel.errors import BadInput
from orderhub.settings import Settings

NAME = "anchor"
HELP = "write an anchor of the ledger now"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the folder."""
    parser.add_argument("folder", type=Path, nargs="?", metavar="FOLDER", help="instead of ORDERHUB_ANCHORS")


def run(arguments: argparse.Namespace, settings: Settings) -> None:
    """Write it, and name its file."""
    folder = arguments.folder or settings.anchors
    if folder is None:
        raise BadInput(field="FOLDER", expected="FOLDER / ORDERHUB_ANCHORS", got="-")
    print(asyncio.run(_anchor(folder, settings)))


async def _anchor(folder: Path, settings: Settings) -> Path:
    from orderhub import process
    from orderhub.proof import anchor

    async with process.tending(settings):
        return await anchor.take(folder)
