"""Beats: something done again and again, at once when woken, and after a while at the latest."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import perf_counter

from orderhub import supervision
from orderhub.observability import turns
from orderhub.observability.meters import Histogram

TURNS = Histogram("orderhub_worker_turn_seconds", "how long a worker's turn took", "name")

_FOLD_SECONDS = 0.05  # wakings within this time make one turn


class Beat:
    """One supervised loop: a turn, a pause, a turn. A turn that fails is logged, and the beat goes on."""

    def __init__(self, name: str, turn: Callable[[], Awaitable[object]], *, every_seconds: float) -> None:
        self.name = name
        self._turn = turn
        self._every_seconds = every_seconds
        self._woken = asyncio.Event()
        self._in_turn = asyncio.Lock()
        self._seconds = TURNS.of(name)
        self._loop: supervision.Loop | None = None

    def start(self) -> None:
        """Begin, with a turn at once."""
        self._loop = supervision.start(f"worker.{self.name}", self._beat, needed=False)

    def wake(self) -> None:
        """Have a turn soon; one that is running is followed by another."""
        self._woken.set()

    async def stop(self, *, patience_seconds: float) -> None:
        """Let the running turn end, cut it after a while, and begin no other."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._in_turn.acquire(), patience_seconds)
        if self._loop is not None:
            await self._loop.stop()

    async def _beat(self) -> None:
        while True:
            self._woken.clear()
            async with self._in_turn:
                turns.begin()
                began = perf_counter()
                await self._turn()
                self._seconds.observe(perf_counter() - began)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._every_seconds)
                await asyncio.sleep(_FOLD_SECONDS)
