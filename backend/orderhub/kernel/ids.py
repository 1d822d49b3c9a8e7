"""Ids that sort by the time they were made, so that new rows land at the end of an index."""

import os
from uuid import UUID

from orderhub.kernel import clock


def uuid7() -> UUID:
    """Return a new id (RFC 9562, version 7): 48 bits of milliseconds, then 74 random bits."""
    milliseconds = int(clock.now().timestamp() * 1000) & 0xFFFF_FFFF_FFFF
    random = int.from_bytes(os.urandom(10))
    value = milliseconds << 80
    value |= 0x7 << 76 | (random >> 68) << 64
    value |= 0b10 << 62 | random & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=value)
