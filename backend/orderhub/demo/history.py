"""A history for a newly founded demo, so that nobody looks at empty pages: orders of the last hours, some of them late."""

import random
from datetime import timedelta

from orderhub.accounts import shops
from orderhub.demo import people, telling
from orderhub.intake import receiving
from orderhub.kernel import clock, postgres

_ORDERS = 36
_HOURS = 5


async def remember() -> None:
    """Take in orders as they would have come over the last hours; the older ones were worked on, not all of them."""
    rows = await postgres.fetch("select id from shops order by id")
    now = clock.now()
    for place in range(_ORDERS):
        at = now - timedelta(hours=_HOURS) * (1 - place / _ORDERS)
        with clock.frozen(at):
            await _order(random.choice(rows)["id"])
            if place % 3 == 0:
                await _work()


async def _order(shop_id: int) -> None:
    entrance = await shops.entrance(shop_id)
    assert entrance is not None
    number = telling.number()
    told = telling.order(number)
    bodies = [told]
    if random.random() < 0.85:
        bodies.append(telling.payment(number, telling.total_of(told)))
    at = clock.now()
    ids = (f"demo-{random.getrandbits(64):016x}" for _ in bodies)
    batch = [
        receiving.arrived(entrance.shop, outside_id=i, body=b, at=at)
        for i, b in zip(ids, bodies, strict=True)
    ]
    await receiving.receive(batch)


async def _work() -> None:
    for step in (people.pick, people.pick, people.pack, people.hand_over):
        await step()
