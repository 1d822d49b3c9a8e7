"""Turns: every request, worker's turn and batch has an id, which each line it logs bears.

A request's id also stands in its answer and in the ledger. It lies in a context variable: a task begun in a turn belongs to it
until it begins a turn of its own.
"""

import os
from contextvars import ContextVar

_current: ContextVar[str | None] = ContextVar("turn", default=None)


def fresh() -> str:
    """Return an id that no other turn has."""
    return os.urandom(16).hex()


def begin(turn_id: str | None = None) -> str:
    """Begin a turn, under an id it has already or a fresh one."""
    turn_id = turn_id or fresh()
    _current.set(turn_id)
    return turn_id


def current() -> str | None:
    """Return the id of the turn this is part of."""
    return _current.get()
