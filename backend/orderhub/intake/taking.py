"""Taking messages in: many in one transaction, each shop in its turn, and nothing left behind when the hub ends.

A shop one of whose messages failed a whole batch (a fault of ours, as what a message lacks is a reason, and no failure)
takes a slow way of its own until enough of its messages held: its faults cost the others no time.
"""

import logging
from collections.abc import Sequence
from functools import partial
from typing import Final, TypeAlias

from orderhub.intake import receiving
from orderhub.intake.passing import is_away, passes
from orderhub.intake.received import Outcome, Received
from orderhub.kernel.group_commit import GroupCommit
from orderhub.observability import batches
from orderhub.observability.meters import Counter

_TRUSTED_AFTER: Final = 200

logger = logging.getLogger(__name__)

Queue: TypeAlias = GroupCommit[Received, Outcome]

TAKEN = Counter("orderhub_messages_total", "messages taken in, by what became of them", "outcome")
OBJECTED = Counter("orderhub_message_objections_total", "why messages wait for a person", "reason")


async def take(one: Received) -> Outcome:
    """Store and apply a message together with others; returns once it is committed."""
    if is_trusted(one.shop.id):
        return await queue.put(one)
    outcome = await slow.put(one)
    _trust(one.shop.id)
    return outcome


def is_trusted(shop_id: int) -> bool:
    """Tell whether a shop's messages are taken with those of others: ``queue`` is for them."""
    return shop_id not in _doubted


async def _together(batch: Sequence[Received]) -> Sequence[Outcome]:
    outcomes = await receiving.receive(batch)
    for outcome in outcomes:
        TAKEN.counts[(outcome.state,)] += 1
        for reason in outcome.reasons:
            OBJECTED.counts[(reason.code,)] += 1
    return outcomes


async def _alone(one: Received, error: Exception) -> Outcome:
    if not passes(error):
        logger.error("message %s of shop %d failed its batch", one.id, one.shop.id, exc_info=error)
        _doubted[one.shop.id] = _TRUSTED_AFTER
    return await receiving.receive_alone(one, error)


def _trust(shop_id: int) -> None:
    left = _doubted.pop(shop_id, 1) - 1
    if left > 0:
        _doubted[shop_id] = left


def _shop(one: Received) -> int:
    return one.shop.id


_doubted: dict[int, int] = {}  # how many more messages of a shop have to hold
_queue = partial(Queue, commit_alone=_alone, is_away=is_away, sender=_shop)
queue: Queue = _queue(batches.measured("intake", _together), lanes=3)
slow: Queue = _queue(batches.measured("intake.slow", _together), most=8, bound=500, lanes=1)
batches.watch({"intake": queue, "intake.slow": slow})
