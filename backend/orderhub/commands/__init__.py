"""The commands of `orderhub`, one module each: NAME, HELP, add_arguments(parser), run(arguments, settings).

The module's docstring is the text of `orderhub NAME --help`. Heavy imports stand inside `run`, so that help is quick.
"""

import argparse
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol

from orderhub.settings import Settings


class Command(Protocol):
    """What a module of this folder holds."""

    NAME: str
    HELP: str
    __doc__: str | None

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say what the command takes."""

    def run(self, arguments: argparse.Namespace, settings: Settings) -> int | None:
        """Do it; return the exit code, or nothing for 0."""


def found() -> list[Command]:
    """Return every command, by name."""
    names = [module.name for module in iter_modules(__path__) if not module.name.startswith("_")]
    modules: list[Command] = [import_module(f"{__name__}.{name}") for name in names]
    return sorted(modules, key=lambda command: command.NAME)
