"""Reading a page's data at one moment, and that moment's number, by which pages drop what is older.

A version is "<identity of the database>.<number>"; the number counts the transactions finished in the snapshot, so it
never falls, and two snapshots with one number hold the same data. Read from the primary: a replica's snapshots do not
list the transactions in progress.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from orderhub.kernel import postgres
from orderhub.kernel.postgres import Transaction


class Snapshot(msgspec.Struct, frozen=True):
    """Which transactions had finished: all below ``xmax`` but those still ``running``."""

    xmax: int
    running: frozenset[int]

    @property
    def number(self) -> int:
        """Return how many transactions had finished."""
        return self.xmax - len(self.running)

    def holds(self, xid: int) -> bool:
        """Tell whether what this transaction wrote can be seen in it."""
        return xid < self.xmax and xid not in self.running


class Reading(msgspec.Struct, frozen=True):
    """One moment to read in: ``tx`` for questions, ``version`` for the fragment that shows the answers."""

    tx: Transaction
    snapshot: Snapshot

    @property
    def version(self) -> str:
        """Return the text that stands in ``data-version``."""
        return f"{postgres.identity()}.{self.snapshot.number}"


@asynccontextmanager
async def reading() -> AsyncIterator[Reading]:
    """Begin reading: everything asked through ``tx`` is answered from the same moment."""
    async with postgres.transaction(snapshot=True) as tx:
        yield Reading(tx, _parse(await tx.fetchval("select pg_current_snapshot()::text")))


def number_of(version: str) -> int:
    """Return the number of a version of this database; 0 for another database's, or for none."""
    identity, _, number = version.rpartition(".")
    return int(number) if identity == postgres.identity() and number.isdecimal() else 0


def _parse(text: str) -> Snapshot:
    _xmin, xmax, running = text.split(":")
    return Snapshot(int(xmax), frozenset(int(xid) for xid in running.split(",") if xid))
