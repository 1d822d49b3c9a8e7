"""Claiming: a message is known by the id its channel gave it; one that comes again hears its first outcome.

Another message under an id that is taken is kept for a person. It is known by id and body together, so that it, too, may
be sent again and is kept once.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

import msgspec

from orderhub.intake.reasons import Code, Reason, shown
from orderhub.intake.received import Outcome, Received
from orderhub.kernel import keys
from orderhub.kernel.errors import KeyReused
from orderhub.kernel.keys import Name
from orderhub.kernel.postgres import Transaction

Answered = dict[UUID, Outcome]
Reused = dict[UUID, tuple[Reason, ...]]


def names(batch: Iterable[Received]) -> set[str]:
    """Return what the ids of these messages are locked by."""
    return {keys.called(_name(one)) for one in batch}


async def claim(tx: Transaction, batch: Sequence[Received]) -> tuple[Answered, Reused]:
    """Take the ids the channels gave.

    Returns the outcomes of messages that came before, and what is wrong with those that bear another one's id.
    """
    answered: Answered = {}
    others: list[Received] = []
    told = list(batch)
    while told:
        firsts = {_name(one): one for one in reversed(told)}
        told = [one for one in told if firsts[_name(one)] is not one]
        others += await _claim(tx, firsts, answered)
    # No id holds a blank, so none can be taken for these names; and they are claimed after all ids, by everybody.
    await _claim(tx, {_own_name(one): one for one in others}, answered)
    return answered, {one.id: _reused(one) for one in others if one.id not in answered}


async def settle(
    tx: Transaction, told: Sequence[Received], outcomes: Mapping[UUID, Outcome], *, reused: Collection[UUID]
) -> None:
    """Keep the outcomes for whoever sends these messages again."""
    names = {(_own_name(one) if one.id in reused else _name(one)): outcomes[one.id] for one in told}
    await keys.settle(tx, names)


async def _claim(tx: Transaction, named: Mapping[Name, Received], answered: Answered) -> list[Received]:
    """Note the outcomes of what came before; returns what came under the name of something else."""
    digests = {name: keys.request_digest(one.body) for name, one in named.items()}
    others: list[Received] = []
    for name, answer in (await keys.claim(tx, digests)).items() if digests else ():
        if isinstance(answer, KeyReused):
            others.append(named[name])
        else:
            answered[named[name].id] = msgspec.convert(answer, Outcome)
    return others


def _name(one: Received) -> Name:
    return (f"shop:{one.shop.id}", one.outside_id)


def _own_name(one: Received) -> Name:
    scope, outside_id = _name(one)
    return (scope, f"{outside_id} {keys.request_digest(one.body).hex()}")


def _reused(one: Received) -> tuple[Reason, ...]:
    return (Reason(code=Code.MESSAGE_ID_REUSED, got=shown(one.outside_id)),)
