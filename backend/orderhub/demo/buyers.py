"""The demo's buyers: they order, most of them pay, some change their mind, and some messages come wrong or twice."""

import random

from orderhub.demo import telling
from orderhub.demo.channels import Channels
from orderhub.kernel import postgres

_UNPAID = """
    select o.shop_id, o.channel_number, o.total_minor from subjects s join orders o on o.id = s.id
    where s.kind = 'order' and s.stage = 'placed' and s.opened_at > now() - interval '1 day'
    order by s.opened_at desc limit 20
"""
_CANCELLABLE = """
    select o.shop_id, o.channel_number, o.paid_minor from subjects s join orders o on o.id = s.id
    where s.kind = 'order' and s.stage in ('paid', 'allocated', 'signed') and s.opened_at > now() - interval '1 day'
    order by s.opened_at desc limit 40
"""
# Of those who have not paid yet, so many never do.
_NEVER = 0.25


async def order(channels: Channels) -> None:
    """Somebody orders; one in twenty channels does not hear the answer and says it twice."""
    shop = await channels.any_shop()
    await channels.tell(shop.id, telling.order(telling.number()), times=2 if random.random() < 0.05 else 1)


async def pay(channels: Channels) -> None:
    """Somebody pays; now and then the payment overtakes the order it belongs to."""
    if random.random() < 0.06:
        await _pay_before_the_order_comes(channels)
        return
    rows = await postgres.fetch(_UNPAID)
    if rows and random.random() > _NEVER / len(rows):
        row = random.choice(rows)
        await channels.tell(row["shop_id"], telling.payment(row["channel_number"], row["total_minor"]))


async def think_again(channels: Channels) -> None:
    """Somebody cancels, or gets a part of the money back."""
    rows = await postgres.fetch(_CANCELLABLE)
    if not rows:
        return
    row = random.choice(rows)
    if random.random() < 0.5:
        await channels.tell(row["shop_id"], telling.cancelled(row["channel_number"]))
    else:
        part = max(row["paid_minor"] // random.choice((1, 2, 4)), 1)
        await channels.tell(row["shop_id"], telling.refund(row["channel_number"], part))


async def say_something_wrong(channels: Channels) -> None:
    """A channel sends what cannot be applied; it waits on the messages page."""
    shop = await channels.any_shop()
    await channels.tell(shop.id, telling.spoilt())


async def _pay_before_the_order_comes(channels: Channels) -> None:
    shop, number = await channels.any_shop(), telling.number()
    told = telling.order(number)
    await channels.tell(shop.id, telling.payment(number, telling.total_of(told)))
    await channels.tell(shop.id, told)
