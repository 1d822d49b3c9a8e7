"""Pressing: what many people do in the same moment shares a transaction, each under their own name.

A long list of moves, and one that could not be repeated if its answer was lost, has a transaction of its own.
"""

from collections.abc import Sequence
from typing import Final

from orderhub.intake.passing import is_away
from orderhub.kernel import moves
from orderhub.kernel.actors import Actor
from orderhub.kernel.group_commit import GroupCommit
from orderhub.kernel.moves import Move, Verdict, Wish
from orderhub.observability import batches

_FEW: Final = 8


async def make(wanted: Sequence[Move], *, actor: Actor) -> list[Verdict]:
    """Make moves, each with its own verdict, in the order asked; returns once they are committed."""
    wish = Wish(wanted, actor)
    if len(wanted) > _FEW or not wish.is_repeatable:
        return await moves.move(wanted, actor=actor)
    return await queue.put(wish)


async def _together(wishes: Sequence[Wish]) -> Sequence[list[Verdict]]:
    return await moves.move_together(wishes)


async def _alone(wish: Wish, _: Exception) -> list[Verdict]:
    return await moves.move(wish.moves, actor=wish.actor)


def _person(wish: Wish) -> str:
    return wish.actor.id


queue: Final = GroupCommit[Wish, list[Verdict]](
    batches.measured("moves", _together), commit_alone=_alone, is_away=is_away, sender=_person, most=32
)
batches.watch({"moves": queue})
