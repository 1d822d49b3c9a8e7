"""`orderhub COMMAND`: finds the commands, reads the settings, runs one, and says refusals in words."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence

from orderhub import commands, settings
from orderhub.kernel.errors import Refusal
from orderhub.observability import lines

_EPILOG = "Settings come from the environment; docs/settings.md lists them."


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it did what was asked, 1 when it was refused, 2 when it was asked wrongly."""
    arguments = parser().parse_args(argv)
    try:
        loaded = settings.load(os.environ)
        log(loaded)
        _warn_of_misspelt_settings()
        return arguments.run(arguments, loaded) or 0
    except Refusal as refusal:
        print(said(refusal), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """Build the parser from the modules of `orderhub.commands`."""
    top = argparse.ArgumentParser(prog="orderhub", description="A self-hosted order hub.", epilog=_EPILOG)
    choices = top.add_subparsers(metavar="COMMAND", required=True)
    for command in commands.found():
        own = choices.add_parser(command.NAME, help=command.HELP, description=command.__doc__, epilog=_EPILOG)
        command.add_arguments(own)
        own.set_defaults(run=command.run)
    return top


def log(loaded: settings.Settings) -> None:
    """Begin to log, as much and in the form that the settings say."""
    lines.begin(level=loaded.log_level, form=loaded.log_format)


def said(refusal: Refusal) -> str:
    """Return a refusal in the words of the terminal's language."""
    from orderhub.rendering import languages  # slow to import, and seldom needed
    from orderhub.rendering.catalogue import words

    catalogue = words(languages.of_terminal(os.environ))
    key = f"refusal.{refusal.code}"
    return catalogue.text(key, **refusal.data) if key in catalogue else str(refusal)


def _warn_of_misspelt_settings() -> None:
    for name in settings.unknown(os.environ):
        logging.getLogger(__name__).warning("%s is not a setting of the hub; is it misspelt?", name)
