"""Group commit: many requests, one transaction, each its own answer, and no answer before the COMMIT.

A batch forms while the one before it commits; nobody waits for a batch to fill. Once a whole one waits and a lane is free,
another is begun beside it: while the database writes one, this process prepares the next. The lanes share evenly what is
under way: of batches alike in size one is always being prepared, where few and large ones would wait all at once. Senders
take turns: who floods the queue waits, and is refused first. A batch that fails is halved until the request that fails it
stands alone; where the database was away it is done once more (a COMMIT may have lost its answer), then refused, as a
whole. A request whose caller has gone is done all the same.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from typing import Any, Generic, TypeVar

from orderhub.kernel.errors import Refusal

Item = TypeVar("Item")
Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)


class QueueFull(Refusal):
    """More is waiting than can be done soon, or the hub is ending; nothing of this request was kept. Data: waiting."""

    status = 503


class GroupCommit(Generic[Item, Answer]):
    """One queue of one process, for one kind of hot write, and ``lanes`` loops that empty it.

    ``commit`` does a batch in one transaction and returns an answer each; ``commit_alone`` does what no batch could.
    ``is_away`` tells an error of the database from one of a request; ``sender`` says who waits in line with whom.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Item]], Awaitable[Sequence[Answer]]],
        *,
        commit_alone: Callable[[Item, Exception], Awaitable[Answer]],
        is_away: Callable[[Exception], bool],
        sender: Callable[[Item], Hashable],
        most: int = 64,
        bound: int = 2_000,
        lanes: int = 2,
    ) -> None:
        self._commit, self._commit_alone = commit, commit_alone
        self._is_away, self._sender = is_away, sender
        self._most, self.bound, self._lanes = most, bound, lanes
        self._lines: dict[Hashable, deque[tuple[Item, asyncio.Future[Answer]]]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._ending = False
        self._taken = 0  # requests that are being done
        self.waiting = 0  # requests that stand in the queue

    async def put(self, item: Item) -> Answer:
        """Have a request done with others; returns after the COMMIT that holds it."""
        return await self.begin(item)

    def begin(self, item: Item) -> asyncio.Future[Answer]:
        """Have a request done with others; its answer is there after the COMMIT that holds it."""
        sender = self._sender(item)
        if self._ending or self.waiting >= self.bound:
            self._make_room(sender)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._lines.setdefault(sender, deque()).append((item, answer))
        self.waiting += 1
        if len(self._running) < self._lanes and self._is_worth_a_lane(beside=len(self._running)):
            self._running.add(asyncio.create_task(self._run(), name="group commit"))
        return answer

    async def drain(self) -> None:
        """Take nothing more until everything that was put is done."""
        self._ending = True
        try:
            while self._running:
                await asyncio.wait(self._running)
        finally:
            self._ending = False

    def _make_room(self, sender: Hashable) -> None:
        """Refuse the last of whoever has most in the queue; raises QueueFull where that is this sender itself."""
        longest = max(self._lines.values(), key=len, default=deque())
        if self._ending or len(longest) <= len(self._lines.get(sender, ())) + 1:
            raise QueueFull(waiting=self.waiting)
        _refuse(longest.pop()[1], QueueFull(waiting=self.waiting))
        self.waiting -= 1

    async def _run(self) -> None:
        try:
            while self._is_worth_a_lane(beside=len(self._running) - 1):
                batch = self._take()
                try:
                    await self._do(batch)
                finally:
                    self._taken -= len(batch)
        finally:
            self._running -= {asyncio.current_task()}

    def _is_worth_a_lane(self, *, beside: int) -> bool:
        """A small batch beside another costs both more than it saves; one that is alone takes whatever there is."""
        return self.waiting >= (self._share() if beside else 1)

    def _share(self) -> int:
        """Return how many requests make a batch: what falls to each lane, if that is neither few nor more than it may take."""
        evenly = -(-(self.waiting + self._taken) // self._lanes)
        return min(self._most, max(self._most // 2, evenly))

    def _take(self) -> list[tuple[Item, asyncio.Future[Answer]]]:
        """Take the next batch: of each sender as much as of the others, as long as there is of it."""
        batch: list[tuple[Item, asyncio.Future[Answer]]] = []
        most = self._share()
        share = max(1, most // len(self._lines))
        while self._lines and len(batch) < most:
            sender = next(iter(self._lines))
            line = self._lines.pop(sender)
            batch += [line.popleft() for _ in range(min(share, len(line), most - len(batch)))]
            if line:
                self._lines[sender] = line  # behind the others
        self.waiting -= len(batch)
        self._taken += len(batch)
        return batch

    async def _do(self, batch: Sequence[tuple[Item, asyncio.Future[Answer]]], *, again: bool = False) -> None:
        try:
            answers = await self._commit([item for item, _ in batch])
        except Exception as failure:  # noqa: BLE001 - it belongs to the database, or to one of the batch
            error = failure  # what follows is no part of it, and must not carry it along
        else:
            for (_, answer), given in zip(batch, answers, strict=True):
                _resolve(answer, given)
            return
        if not self._is_away(error):
            await self._do_apart(batch, error)
        elif not again:
            await self._do(batch, again=True)
        else:
            for _, answer in batch:
                _refuse(answer, error)

    async def _do_apart(self, batch: Sequence[tuple[Item, asyncio.Future[Answer]]], error: Exception) -> None:
        if len(batch) > 1:
            middle = len(batch) // 2
            await self._do(batch[:middle])
            await self._do(batch[middle:])
            return
        ((item, answer),) = batch
        try:
            _resolve(answer, await self._commit_alone(item, error))
        except Exception as final:  # noqa: BLE001 - handed to whoever asked
            _refuse(answer, final)


async def drain(queues: Iterable[GroupCommit[Any, Any]], *, seconds: float = 5.0) -> None:
    """Take nothing more, and do what was taken, before the database is closed; nobody who ends us waits for ever."""
    queues = list(queues)
    try:
        async with asyncio.timeout(seconds):
            await asyncio.gather(*(queue.drain() for queue in queues))
    except TimeoutError:
        left = sum(queue.waiting for queue in queues)
        logger.error("%d requests were not answered when the hub ended; their senders send them again", left)


def _resolve(answer: asyncio.Future[Answer], given: Answer) -> None:
    if not answer.done():
        answer.set_result(given)


def _refuse(answer: asyncio.Future[Answer], error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
        answer.exception()  # whoever asked may have gone; the error is then nobody's
