"""Batches: how many requests share a transaction, how long its COMMIT takes, and how many wait for the next."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import perf_counter
from typing import Protocol, TypeVar

from orderhub.observability import turns
from orderhub.observability.meters import SECONDS, SIZES, Counter, Gauge, Histogram

Item = TypeVar("Item")
Answer = TypeVar("Answer")

SIZE = Histogram("orderhub_batch_size", "requests that shared a transaction", "queue", bounds=SIZES)
COMMIT = Histogram(
    "orderhub_batch_commit_seconds", "from a batch's first statement to its COMMIT", "queue", bounds=SECONDS
)
FAILED = Counter("orderhub_batch_failures_total", "batches that failed, and were done in parts", "queue")
WAITING = Gauge("orderhub_queue_waiting", "requests that stand in a queue", "queue")
BOUND = Gauge("orderhub_queue_bound", "as many may stand in it; who comes then is refused", "queue")


class Queue(Protocol):
    """A queue, as far as it is watched."""

    waiting: int
    bound: int


def measured(
    queue: str, commit: Callable[[Sequence[Item]], Awaitable[Sequence[Answer]]]
) -> Callable[[Sequence[Item]], Awaitable[Sequence[Answer]]]:
    """Return what does a batch and takes its measure; a batch is a turn of its own."""
    size, seconds = SIZE.of(queue), COMMIT.of(queue)

    async def measure(batch: Sequence[Item]) -> Sequence[Answer]:
        turns.begin()
        began = perf_counter()
        try:
            answers = await commit(batch)
        except Exception:
            FAILED.add(queue)
            raise
        seconds.observe(perf_counter() - began)
        size.observe(len(batch))
        return answers

    return measure


def watch(queues: Mapping[str, Queue]) -> None:
    """Tell how many wait in these queues, too."""
    _watched.update(queues)


_watched: dict[str, Queue] = {}
WAITING.ask(lambda: {(name,): queue.waiting for name, queue in _watched.items()})
BOUND.ask(lambda: {(name,): queue.bound for name, queue in _watched.items()})
