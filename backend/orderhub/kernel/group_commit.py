"""Group commit: many requests, one transaction, each its own answer, and no answer before the COMMIT.

A batch forms while the ones before it commit; nobody waits for a batch to fill. Two batches are under way at a time: while
the database writes one, this process prepares the next. A batch that fails is halved until the request that fails it
stands alone. A request whose caller has gone is carried out all the same.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from orderhub.kernel.errors import Refusal

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class QueueFull(Refusal):
    """More is waiting than can be done soon; nothing of this request was kept. Data: waiting."""

    status = 503


class GroupCommit(Generic[Item, Answer]):
    """One queue of one process, for one kind of hot write, and ``lanes`` loops that empty it.

    ``commit`` does a batch in one transaction and returns an answer each; ``commit_alone`` does what no batch could.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Item]], Awaitable[Sequence[Answer]]],
        *,
        commit_alone: Callable[[Item, Exception], Awaitable[Answer]],
        most: int = 64,
        bound: int = 2_000,
        lanes: int = 2,
    ) -> None:
        self._commit = commit
        self._commit_alone = commit_alone
        self._most = most
        self._bound = bound
        self._waiting: deque[tuple[Item, asyncio.Future[Answer]]] = deque()
        self._lanes = lanes
        self._running: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        """Return how many requests stand in the queue."""
        return len(self._waiting)

    async def put(self, item: Item) -> Answer:
        """Have a request done with others; returns after the COMMIT that holds it."""
        if len(self._waiting) >= self._bound:
            raise QueueFull(waiting=len(self._waiting))
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        if len(self._running) < self._lanes:
            self._running.add(lane := asyncio.create_task(self._run(), name="group commit"))
            lane.add_done_callback(self._running.discard)
        return await asyncio.shield(answer)

    async def drain(self) -> None:
        """Wait until everything that was put is done."""
        while self._running:
            await asyncio.wait(self._running)

    async def _run(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
            await self._do(batch)

    async def _do(self, batch: Sequence[tuple[Item, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._commit([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to one of the batch
            if len(batch) == 1:
                await self._do_alone(batch[0], error)
                return
            middle = len(batch) // 2
            await self._do(batch[:middle])
            await self._do(batch[middle:])
        else:
            for (_, answer), given in zip(batch, answers, strict=True):
                _resolve(answer, given)

    async def _do_alone(self, one: tuple[Item, asyncio.Future[Answer]], error: Exception) -> None:
        item, answer = one
        try:
            given = await self._commit_alone(item, error)
        except Exception as final:  # noqa: BLE001 - handed to whoever asked
            if not answer.done():
                answer.set_exception(final)
                answer.exception()  # whoever asked may have gone; the error is then nobody's
        else:
            _resolve(answer, given)


def _resolve(answer: asyncio.Future[Answer], given: Answer) -> None:
    if not answer.done():
        answer.set_result(given)
