"""Bring the database to the schema of this code. Harmless while other hosts still run the release before."""

import argparse
import asyncio

from orderhub.settings import Settings

NAME = "migrate"
HELP = "bring the database to the schema of this code"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take nothing."""


def run(arguments: argparse.Namespace, settings: Settings) -> None:
    """Migrate, and name what ran."""
    ran = asyncio.run(_migrate(settings))
    for name in ran:
        print(name)
    print(f"{len(ran)} migrations ran" if ran else "nothing to do")


async def _migrate(settings: Settings) -> list[str]:
    from orderhub import process
    from orderhub.storage import migrating

    async with process.database(settings):
        return await migrating.migrate()
