"""The demo's buyers: they order, most of them pay, some change their mind, and some messages come wrong or twice."""

import random
from datetime import timedelta
from typing import Any

from orderhub.demo import telling
from orderhub.demo.channels import Tell, any_shop
from orderhub.kernel import clock, postgres

_IN_STAGE = """
    select o.shop_id, o.channel_number, o.total_minor, o.paid_minor - o.refunded_minor as left_minor
    from subjects s join visits v on v.id = s.visit_id join orders o on o.id = s.id
    where s.kind = 'order' and s.stage = any($1::text[]) and v.entered_at <= $2
    order by v.entered_at limit 100
"""
# One buyer in so many never pays; the channel cancels what nobody paid for too long.
_NEVER = 5
_GIVEN_UP = timedelta(minutes=15)
_SATISFIED = timedelta(minutes=4)
_MOST_WAITING = 12


async def order(tell: Tell) -> None:
    """Somebody orders; now and then the message of the payment overtakes that of the order."""
    shop, number = await any_shop(), telling.number()
    told = telling.order(number)
    if random.random() < 0.05:
        await tell(shop.id, telling.payment(number, telling.total_of(told)))
    await tell(shop.id, told)


async def pay(tell: Tell, *, stayed: timedelta = timedelta()) -> None:
    """Somebody who ordered a while ago pays."""
    for row in await _orders("placed", stayed=stayed):
        if int(row["channel_number"]) % _NEVER:
            await tell(row["shop_id"], telling.payment(row["channel_number"], row["total_minor"]))
            return


async def think_again(tell: Tell) -> None:
    """Somebody cancels what has not left yet, or gets money back."""
    gone = random.random() < 0.5
    rows = await _orders(*(("signed", "in_transit") if gone else ("allocated", "picking")))
    rows = [row for row in rows if row["left_minor"] > 0]
    if not rows:
        return
    row = random.choice(rows)
    if gone or random.random() < 0.3:
        part = max(row["left_minor"] // random.choice((1, 2, 4)), 1)
        await tell(row["shop_id"], telling.refund(row["channel_number"], part))
    else:
        await tell(row["shop_id"], telling.standing(row["channel_number"], "cancelled"))


async def let_go(tell: Tell) -> None:
    """What nobody paid for too long is cancelled; what has been with its buyer for a while is closed."""
    for row in await _orders("placed", stayed=_GIVEN_UP):
        await tell(row["shop_id"], telling.standing(row["channel_number"], "cancelled"))
    for row in await _orders("signed", stayed=_SATISFIED):
        await tell(row["shop_id"], telling.standing(row["channel_number"], "closed"))


async def say_something_wrong(tell: Tell) -> None:
    """A channel sends what cannot be applied; it waits on the messages page, where a dozen is enough."""
    waiting = await postgres.fetchval(
        "select count(*) from subjects where kind = 'message' and stage = 'waiting'"
    )
    if waiting < _MOST_WAITING:
        await tell((await any_shop()).id, telling.spoilt())


async def _orders(*stages: str, stayed: timedelta = timedelta()) -> list[Any]:
    return await postgres.fetch(_IN_STAGE, stages, clock.now() - stayed)
