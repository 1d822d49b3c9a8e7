"""The worker's loops, from start to graceful end, in a process of its own or beside the web app."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from orderhub import schedule
from orderhub.kernel import bus
from orderhub.worker.beats import Beat
from orderhub.worker.courier import Courier
from orderhub.worker.turns import Job, take_turn

PATIENCE_SECONDS = 10.0
_LOOK_SECONDS = 30.0


@asynccontextmanager
async def running(*, anchors: Path | None = None) -> AsyncIterator[None]:
    """Work on the open database until the block ends; what is under way then gets 10 s to end.

    Letters leave as soon as the bus tells of a change, and otherwise, like due visits, within a second.
    """
    letters = Beat("outbox", lambda: courier.turn(), every_seconds=1)
    courier = Courier(letters.wake)
    beats = [letters, *map(_always, schedule.ALWAYS), *map(_once, schedule.once(anchors))]
    stop_listening = bus.listen(lambda _: letters.wake())
    for beat in beats:
        beat.start()
    try:
        yield
    finally:
        stop_listening()
        await asyncio.gather(*(beat.stop(patience_seconds=PATIENCE_SECONDS) for beat in beats))
        await courier.stop(patience_seconds=PATIENCE_SECONDS)


def _always(job: Job) -> Beat:
    return Beat(job.name, job.work, every_seconds=job.every.total_seconds())


def _once(job: Job) -> Beat:
    look_seconds = min(job.every.total_seconds(), _LOOK_SECONDS)
    return Beat(job.name, partial(take_turn, job), every_seconds=look_seconds)
