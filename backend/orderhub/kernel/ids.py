"""Ids that sort by the time they were made, so that new rows land at the end of an index."""

import os
from uuid import UUID

from asyncpg.pgproto import pgproto

from orderhub.kernel import clock

_VERSION_7 = 0x7 << 76 | 0b10 << 62
_RANDOM = 0x0FFF_3FFF_FFFF_FFFF_FFFF

_drawn: list[int] = []
os.register_at_fork(after_in_child=_drawn.clear)  # no two processes may make the same id


def uuid7() -> UUID:
    """Return a new id (RFC 9562, version 7): 48 bits of milliseconds, then 74 random bits.

    It is of the kind that the driver returns: made, compared and sent without Python's own code.
    """
    try:
        random = _drawn.pop()
    except IndexError:
        random = _draw()
    made: UUID = pgproto.UUID((clock.milliseconds() << 80 | random).to_bytes(16))
    return made


def _draw() -> int:
    """Draw from the system many at a time: asking it costs more than everything else."""
    many = os.urandom(10 * 256)
    _drawn.extend(
        _VERSION_7 | int.from_bytes(many[at : at + 10]) & _RANDOM for at in range(10, len(many), 10)
    )
    return _VERSION_7 | int.from_bytes(many[:10]) & _RANDOM
