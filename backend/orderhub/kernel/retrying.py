"""Retrying: a transaction that collided with another one is run again, as is one whose answer was lost if it may be."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import asyncpg

from orderhub.kernel.errors import TryAgain

T = TypeVar("T")


class Collided(Exception):
    """Another transaction has just written what this one was about to write."""


_RETRIES = 3
_COLLISIONS = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError, Collided)
_LOST = (asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError, asyncpg.CrashShutdownError, OSError)


async def retried(attempt: Callable[[], Awaitable[T]], *, keyed: bool = False) -> T:
    """Run a transaction again, three times at most, if it collided, or (``keyed``) if its answer may have been lost."""
    passing = (*_COLLISIONS, *_LOST) if keyed else _COLLISIONS
    for _ in range(_RETRIES):
        try:
            return await attempt()
        except passing:
            continue
    try:
        return await attempt()
    except _COLLISIONS as collision:
        raise TryAgain from collision


@contextmanager
def racing() -> Iterator[None]:
    """Write what somebody else may be writing too: whoever comes second is done again, and finds it written."""
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        raise Collided from error
