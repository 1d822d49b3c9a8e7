"""A past for a newly founded demo, so that nobody looks at empty pages: a day and a night of orders, some of them late."""

import random
from datetime import timedelta

from orderhub.accounts import shops
from orderhub.accounts.people import actor_of
from orderhub.demo import buyers, carriers, people
from orderhub.demo.channels import new_id
from orderhub.demo.people import Person
from orderhub.intake import receiving
from orderhub.kernel import clock
from orderhub.kernel.moves import Move, move

_PAST = timedelta(hours=27)
_STEP = timedelta(minutes=45)
_ORDERS_A_STEP = (0, 1, 1, 2, 2, 3, 4)
_UNPAID = 3
# What was spoilt so many steps ago still waits.
_SPOILT = (1, 2, 6)


async def remember() -> None:
    """Let the past happen, a part of an hour at a time: orders come, most are paid, people and carriers do their part."""
    steps = _PAST // _STEP
    now = clock.now()
    for ago in range(steps, 0, -1):
        with clock.frozen(now - ago * _STEP):
            await _happen(ago)
    for _ in range(_UNPAID):
        await buyers.order(_tell)


async def _happen(ago: int) -> None:
    for _ in range(random.choice(_ORDERS_A_STEP)):
        await buyers.order(_tell)
        await buyers.pay(_tell)
    for step in (people.pick, people.pack, people.hand_over) * 2:
        await step(_press, stayed=_STEP)
    for _ in range(3):
        await carriers.drive(_tell, stayed=_STEP)
    if ago % 8 == 0:
        await buyers.think_again(_tell)
    if ago in _SPOILT:
        await buyers.say_something_wrong(_tell)
    await buyers.let_go(_tell)


async def _tell(shop_id: int, body: bytes) -> None:
    entrance = await shops.entrance(shop_id)
    assert entrance is not None
    one = receiving.arrived(entrance.shop, outside_id=new_id(), body=body, at=clock.now())
    await receiving.receive([one])


async def _press(person: Person, moves: list[Move]) -> None:
    row = {
        "id": person.id,
        "name": person.name,
        "roles": ["warehouse"],
        "shops": None,
        "warehouses": [person.warehouse_id],
    }
    await move(moves, actor=actor_of(row, ip=None, device=None, request_id=None))
