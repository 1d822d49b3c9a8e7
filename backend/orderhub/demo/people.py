"""The demo's people on the floor: each takes the most urgent card of their warehouse, as a real one would."""

import random
from uuid import UUID

from orderhub.demo import telling
from orderhub.kernel import postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.moves import Move, move

_CARDS = """
    select v.subject_id, v.id as visit_id, v.warehouse_id from visits v
    where v.left_at is null and v.kind = 'shipment' and v.stage = $1
    order by v.due_at, v.id limit 6
"""
_FLOOR = """
    select id, name from people
    where 'warehouse' = any(roles) and ended_at is null and (warehouses is null or $1 = any(warehouses)) order by id
"""


async def pick() -> None:
    """Somebody starts picking."""
    await _do("allocated", "pick")


async def pack() -> None:
    """Somebody closes a parcel."""
    await _do("picking", "pack")


async def hand_over() -> None:
    """Somebody gives a parcel to a carrier, with the waybill on it."""
    carrier, waybill = telling.waybill()
    await _do("packed", "collect", carrier=carrier, waybill=waybill)


async def _do(stage: str, transition: str, **facts: str) -> None:
    """Move one card of a stage; the first ones are left alone now and then, so that something runs late."""
    cards = await postgres.fetch(_CARDS, stage)
    if len(cards) < 2:
        return
    card = random.choice(cards[1:])
    person = await _somebody(card["warehouse_id"])
    if person is not None:
        subject: UUID = card["subject_id"]
        await move(
            [Move(subject=subject, transition=transition, visit=card["visit_id"], facts=facts)], actor=person
        )


async def _somebody(warehouse_id: int) -> Actor | None:
    people = await postgres.fetch(_FLOOR, warehouse_id)
    if not people:
        return None
    person = random.choice(people)
    return Actor(
        kind="person",
        id=f"person:{person['id']}",
        name=person["name"],
        roles=frozenset({"warehouse"}),
        warehouses=frozenset({warehouse_id}),
        device="demo",
    )
