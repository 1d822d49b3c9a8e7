"""Timing two things against each other on a machine that is never quiet: turn and turn about, in the same run."""

import gc
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

# Does the thing once and returns how many milliseconds of it count.
Action = Callable[[], Awaitable[float]]


class Stopwatch:
    """``with stopwatch() as taken:``; afterwards ``taken.ms`` says how long it was."""

    ms = 0.0


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Measure a block."""
    taken = Stopwatch()
    started = time.perf_counter()
    yield taken
    taken.ms = (time.perf_counter() - started) * 1000


async def in_turns(one: Action, other: Action, *, warm: int, rounds: int) -> tuple[list[float], list[float]]:
    """Return how long each took, round by round; every second round the other one begins.

    ``warm`` rounds before them do not count; there are never more of these than of those.
    """
    taken: tuple[list[float], list[float]] = ([], [])
    pair = ((one, taken[0]), (other, taken[1]))
    warm = min(warm, rounds)
    gc.collect()
    for number in range(warm + rounds):
        for action, samples in pair if number % 2 else reversed(pair):
            samples.append(await action())
    return taken[0][warm:], taken[1][warm:]
