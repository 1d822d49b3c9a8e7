"""The catch-up: finds the commits that nobody published, because a process died between COMMIT and the bus.

Every 2 s it asks for what the snapshot before did not hold, as two index scans: transactions begun since, and those
that were running then. So a long transaction elsewhere does not make it read old rows again and again.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress

from orderhub import supervision
from orderhub.kernel import bus, snapshots
from orderhub.kernel.bus import Fact
from orderhub.kernel.postgres import Record
from orderhub.kernel.snapshots import Snapshot
from orderhub.observability.meters import Gauge

AGE = Gauge(
    "orderhub_catchup_age_seconds",
    "since the last look for commits nobody told of: older facts are known here",
)

EVERY_SECONDS = 2.0
MOST = 2_000  # facts told one by one; above it everything shown may be old
_PATIENCE_SECONDS = 10.0

# The order by keeps the planner on the index, however it guesses the number of rows.
_CHANGED = """
(select kind, id, root_id, stage, shop_id, warehouse_id, changed_xid::text from subjects
 where changed_xid >= $1::text::xid8 order by changed_xid limit $3)
union all
(select kind, id, root_id, stage, shop_id, warehouse_id, changed_xid::text from subjects
 where changed_xid = any($2::text[]::xid8[]) and changed_xid < $1::text::xid8 limit $3)
"""


class CatchUp:
    """Looks back every 2 s, and at once when asked to hurry; tells this process only, as every process looks itself."""

    def __init__(self, *, every_seconds: float = EVERY_SECONDS) -> None:
        self._every_seconds = every_seconds
        self._hurried = asyncio.Event()
        self._seen: Snapshot | None = None
        self._seen_at = time.monotonic()
        self._loop: supervision.Loop | None = None

    def start(self) -> None:
        """Begin looking."""
        AGE.ask(lambda: time.monotonic() - self._seen_at)
        self._loop = supervision.start("bus.catchup", self._look_for_ever)

    async def stop(self) -> None:
        """End looking."""
        if self._loop is not None:
            await self._loop.stop()
            AGE.ask(dict)

    def hurry(self) -> None:
        """Look at once: messages may have been missed."""
        self._hurried.set()

    async def look(self) -> Sequence[Fact] | None:
        """Return what changed since the last look; None when it is more than can be named."""
        async with asyncio.timeout(_PATIENCE_SECONDS), snapshots.reading() as reading:
            seen = self._seen
            rows = [] if seen is None else await reading.tx.fetch(_CHANGED, *_since(seen), MOST + 1)
        self._seen, self._seen_at = reading.snapshot, time.monotonic()
        return None if len(rows) > MOST else [_fact(row) for row in rows]

    async def _look_for_ever(self) -> None:
        while True:
            facts = await self.look()
            if facts is None or facts:
                bus.hear(facts)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hurried.wait(), self._every_seconds)
            self._hurried.clear()


def _since(seen: Snapshot) -> tuple[str, list[str]]:
    return str(seen.xmax), [str(xid) for xid in seen.running]


def _fact(row: Record) -> Fact:
    return Fact(
        kind=row["kind"],
        subject=row["id"],
        root=row["root_id"],
        stage=row["stage"],
        shop=row["shop_id"],
        warehouse=row["warehouse_id"],
        changed=int(row["changed_xid"]),
    )
