"""The courier: takes letters from the outbox to their handlers, many at once, few to the same destination.

So a destination that is slow or down keeps a few calls busy, and the others notice nothing of it.
"""

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import Callable
from contextvars import Context

from orderhub.kernel import outbox
from orderhub.kernel.outbox import Delivery, DeliveryFailed
from orderhub.observability import turns
from orderhub.worker import leasing

logger = logging.getLogger(__name__)

AT_ONCE = 64
AT_ONE_DESTINATION = 4


class Courier:
    """One worker's calls to the outside. ``when_done`` is called after each: there may be a next letter."""

    def __init__(self, when_done: Callable[[], None]) -> None:
        self._when_done = when_done
        self._calls: dict[str, set[asyncio.Task[None]]] = defaultdict(set)

    async def turn(self) -> None:
        """Lease letters for the calls that are free, and begin to deliver them."""
        destinations = await leasing.waiting()
        random.shuffle(destinations)  # so that slow ones early in the alphabet do not take every call
        for destination in destinations:
            free = min(AT_ONE_DESTINATION - len(self._calls[destination]), AT_ONCE - self._under_way())
            if free > 0:
                for letter in await leasing.lease(destination, most=free):
                    self._begin(letter)

    async def stop(self, *, patience_seconds: float) -> None:
        """Let calls end; one that is cut comes again when its lease has run out."""
        calls = [call for at_one in self._calls.values() for call in at_one]
        if calls:
            _, unfinished = await asyncio.wait(calls, timeout=patience_seconds)
            for call in unfinished:
                call.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)

    def _begin(self, letter: Delivery) -> None:
        # An empty context: a call never inherits a transaction.
        call = asyncio.get_running_loop().create_task(_carry(letter), context=Context())
        self._calls[letter.destination].add(call)
        call.add_done_callback(lambda done: self._end(letter.destination, done))

    def _end(self, destination: str, call: asyncio.Task[None]) -> None:
        self._calls[destination].discard(call)
        if not self._calls[destination]:
            del self._calls[destination]
        if not call.cancelled() and (error := call.exception()):
            logger.error("a letter to %s was not settled; it comes again", destination, exc_info=error)
        self._when_done()

    def _under_way(self) -> int:
        return sum(map(len, self._calls.values()))


async def _carry(letter: Delivery) -> None:
    turns.begin()
    failure = await deliver(letter)
    if failure is None:
        await leasing.settle_sent(letter)
    else:
        logger.warning("letter %s to %s, try %d: %s", letter.id, letter.destination, letter.attempts, failure)
        await leasing.settle_failed(letter, failure)


async def deliver(letter: Delivery) -> DeliveryFailed | None:
    """Call the handler of a letter's destination; returns how it failed, or None if it arrived."""
    handler = outbox.handler(letter.destination)
    if handler is None:
        return DeliveryFailed("nobody_delivers", permanent=False)
    if letter.attempts > leasing.TRIES:
        return DeliveryFailed("no_end", permanent=True)
    try:
        async with asyncio.timeout(leasing.CALL_SECONDS):
            await handler(letter)
    except DeliveryFailed as failure:
        return failure
    except TimeoutError:
        return DeliveryFailed(f"no_answer: {leasing.CALL_SECONDS:g}", permanent=False)
    except Exception as error:
        logger.exception("the handler of %s failed", letter.destination)
        return DeliveryFailed(f"fault: {type(error).__name__}: {error}", permanent=False)
    return None
