"""What arrived: every order that was sent, looked for in the hub, one by one."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

from orderhub.intake.load.orders import Rehearsed
from orderhub.intake.load.running import Answered

# Looks for orders in the hub: the totals (minor units) of every order found under each number.
Held = Callable[[Sequence[Rehearsed]], Awaitable[Mapping[str, Sequence[int]]]]


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of orders: ``lost`` were acknowledged as applied and are not there; ``unheard`` are there, unacknowledged."""

    orders: int
    lost: int
    twice: int
    wrong_amount: int
    unheard: int

    @property
    def is_right(self) -> bool:
        return not (self.lost or self.twice or self.wrong_amount)


async def arrived(answered: Sequence[Answered], applied: Sequence[Answered], held: Held) -> Arrived:
    """Compare what was sent with what the hub holds."""
    totals = {one.order.number: one.order.total_minor for one in answered}
    found = await held([one.order for one in answered])
    acknowledged = {one.order.number for one in answered if one.is_acknowledged}
    return Arrived(
        orders=sum(len(of) for of in found.values()),
        lost=sum(one.order.number not in found for one in applied),
        twice=sum(len(of) > 1 for of in found.values()),
        wrong_amount=sum(any(total != totals[number] for total in of) for number, of in found.items()),
        unheard=sum(number not in acknowledged for number in found),
    )
