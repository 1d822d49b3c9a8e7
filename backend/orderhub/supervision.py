"""Loops that must not end: one that dies is logged, started again after a growing pause, and named by ``ill``."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import Context

from orderhub.observability.meters import Counter, Gauge, Labels

logger = logging.getLogger(__name__)

_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 2.0  # short, as most loops wait for a database that comes back
_PROVEN_SECONDS = 3.0  # a loop that ran this long is well again
_SHAKY = 3  # this many deaths in a row make it ill even while it runs

_loops: dict[str, "Loop"] = {}

UP = Gauge("orderhub_loop_up", "1: the loop runs, and does not die again and again", "loop")
DEATHS = Counter("orderhub_loop_deaths_total", "how often a loop died, and was started again", "loop")


def start(name: str, work: Callable[[], Awaitable[None]], *, needed: bool = True) -> "Loop":
    """Run ``work``, which should never return, in a task of its own until ``stop()``.

    What is not ``needed`` is named by ``/readyz`` when it is ill, and the process stays ready.
    """
    if name in _loops:
        raise RuntimeError(f"expected one loop of a name, got {name} twice")
    _loops[name] = loop = Loop(name, work, needed=needed)
    return loop


def ill() -> list[str]:
    """Return the names of loops that are down, or die again and again; ``/readyz`` shows them."""
    return sorted(name for name, loop in _loops.items() if loop.is_ill())


def is_needed(name: str) -> bool:
    """Tell whether the process cannot serve while this loop is down."""
    return name not in _loops or _loops[name].needed


class Loop:
    """A supervised loop. Its context is empty, so it never inherits a transaction or a request."""

    def __init__(self, name: str, work: Callable[[], Awaitable[None]], *, needed: bool = True) -> None:
        self.name = name
        self.needed = needed
        self._work = work
        self._running = True
        self._deaths = 0
        self._task = asyncio.get_running_loop().create_task(self._keep(), name=name, context=Context())

    def is_ill(self) -> bool:
        """Tell whether it waits to be started again, or has died several times in a row."""
        return not self._running or self._deaths >= _SHAKY

    async def stop(self) -> None:
        """End it, and wait until it has ended."""
        _loops.pop(self.name, None)
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _keep(self) -> None:
        while True:
            await self._run_once()
            await asyncio.sleep(self._pause_seconds())

    async def _run_once(self) -> None:
        proof = asyncio.get_running_loop().call_later(_PROVEN_SECONDS, self._forgive)
        self._running = True
        try:
            await self._work()
            logger.error("loop %s ended by itself", self.name)
        except Exception as error:
            # The whole story once; what repeats itself is a line.
            logger.error("loop %s died: %r", self.name, error, exc_info=self._deaths == 0)
        finally:
            proof.cancel()
            self._running = False
            self._deaths += 1
            if not self._task.cancelling():
                DEATHS.add(self.name)

    def _forgive(self) -> None:
        self._deaths = 0

    def _pause_seconds(self) -> float:
        doubled: float = _FIRST_PAUSE_SECONDS * 2 ** min(self._deaths, 20)
        return min(_LONGEST_PAUSE_SECONDS, doubled) * random.uniform(0.5, 1.0)


def _states() -> dict[Labels, float]:
    return {(name,): float(not loop.is_ill()) for name, loop in _loops.items()}


UP.ask(_states)
