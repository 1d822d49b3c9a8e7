"""Stop the embedded database server. Only needed after the hub was killed; a hub that ends stops it by itself."""

import argparse

from orderhub.settings import Settings

NAME = "stop"
HELP = "stop the embedded database server that a killed hub left behind"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take nothing."""


def run(arguments: argparse.Namespace, settings: Settings) -> None:
    """Stop it, unless a process of the hub still uses it."""
    from orderhub.storage.embedded import EmbeddedServer

    stopped = settings.database_url is None and EmbeddedServer(settings.data).stop()
    print("stopped" if stopped else "no embedded server was running")
