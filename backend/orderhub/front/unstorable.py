"""Values that reached the database and cannot stand in it: a number beyond its type, a NUL in a text.

A room that expects such a value refuses it with its name; this is the net below. What PostgreSQL finds wrong while it
computes by itself (a division by zero) is a fault of ours and not caught here.
"""

from typing import Any

import asyncpg

_KINDS = (
    asyncpg.CharacterNotInRepertoireError,
    asyncpg.UntranslatableCharacterError,
    asyncpg.NumericValueOutOfRangeError,
)
# What asyncpg itself says when a value does not fit the type of its place in a statement.
_REFUSED_ARGUMENT = "invalid input for query argument"
_INT4 = range(-(2**31), 2**31)


def is_unstorable(error: BaseException | None) -> bool:
    """Tell whether a value was at fault, and not the statement."""
    refused = isinstance(error, asyncpg.DataError) and str(error).startswith(_REFUSED_ARGUMENT)
    return refused or isinstance(error, _KINDS)


def is_odd(value: Any) -> bool:
    """Tell whether a value out of an address is one of those."""
    return value not in _INT4 if isinstance(value, int) else "\x00" in str(value)
