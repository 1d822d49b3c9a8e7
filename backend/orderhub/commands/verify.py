"""Prove that nothing was changed which nobody recorded: chains of the ledger, tracked columns, sums, anchors.

Give the folder the anchors went to (as it is on the other machine, best) with --anchors, otherwise ORDERHUB_ANCHORS
is read. The exit code is 1 when something was found.
"""

import argparse
import asyncio
from pathlib import Path

from orderhub.settings import Settings

NAME = "verify"
HELP = "prove that nothing was changed which nobody recorded"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the folder of the anchors."""
    parser.add_argument("--anchors", type=Path, metavar="FOLDER", help="where the daily anchors lie")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Verify, and name whatever was found."""
    return asyncio.run(_verify(arguments.anchors or settings.anchors, settings))


async def _verify(anchors: Path | None, settings: Settings) -> int:
    from orderhub import house as house
    from orderhub import process
    from orderhub.proof.verify import verify

    async with process.tending(settings):
        report = await verify(anchors)
    for finding in report.findings:
        print(" | ".join(part for part in (finding.where, finding.what, finding.detail) if part))
    read = f"{report.entries} entries of {report.streams} streams, {report.anchors} anchors"
    print(
        f"{read}: {len(report.findings)} findings" if report.findings else f"{read}: every change is recorded"
    )
    return 1 if report.findings else 0
