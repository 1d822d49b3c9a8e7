"""Faults that pass by themselves: the database is away, shutting down or full. They are never the message's own.

So a message that met one is not put before a person: it is taken again, or its sender is asked to come back (503).
"""

import asyncpg

from orderhub.kernel.errors import Refusal
from orderhub.kernel.postgres import DatabaseBusy

_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DiskFullError,
    OSError,
)


def is_away(error: Exception) -> bool:
    """Tell whether the database was away; then every message of a batch failed for it, and none is to blame."""
    # The driver's own word for a connection that was lost while nobody looked.
    lost = isinstance(error, asyncpg.InterfaceError) and "clos" in str(error)
    return lost or isinstance(error, (*_AWAY, DatabaseBusy))


def passes(error: Exception) -> bool:
    """Tell whether trying again later may help, whatever was asked."""
    return is_away(error) or (isinstance(error, Refusal) and error.status == 503)
