"""The demo's buyers: they order, most of them pay, some change their mind, and some messages come wrong or twice."""

from datetime import timedelta
from typing import Any

from orderhub.demo import telling
from orderhub.demo.chance import dice
from orderhub.demo.channels import Tell, any_shop, shop_of_a_dialect
from orderhub.kernel import clock, postgres

# One buyer in so many never pays; the channel cancels what nobody paid for too long.
_NEVER = 5
_IN_STAGE = f"""
    select o.shop_id, o.channel_number, o.total_minor, o.paid_minor - o.refunded_minor as left_minor,
           right(o.channel_number, 1)::int % {_NEVER} = 0 as never
    from subjects s join visits v on v.id = s.visit_id join orders o on o.id = s.id
    where s.kind = 'order' and s.stage = any($1::text[]) and v.entered_at <= $2
    order by never, v.entered_at, o.channel_number limit 100
"""
_WAITING = "select count(*) from subjects where kind = 'message' and stage = 'waiting'"
_UNSENT = """
    select count(*) from subjects where kind = 'shipment' and stage in ('allocated', 'picking', 'packed')
"""
_MOST_WAITING = 12
# So many pay at once that no more than this many wait to.
_PILE = 10
# Nobody orders from a shop that sends nothing: where a visitor keeps the people from working, it stays at this.
_MOST_UNSENT = 600


async def order(tell: Tell) -> None:
    """Somebody orders; now and then the message of the payment overtakes that of the order."""
    if await postgres.fetchval(_UNSENT) >= _MOST_UNSENT:
        return
    shop, number = await any_shop(), telling.number()
    told = telling.order(number, currency=shop.currency)
    if dice.random() < 0.05:
        await tell(shop.id, telling.payment(number, telling.total_of(told)))
    await tell(shop.id, told)


async def pay(tell: Tell, *, stayed: timedelta = timedelta()) -> None:
    """Somebody who ordered a while ago pays."""
    rows = [row for row in await _orders("placed", stayed=stayed) if not row["never"]]
    for row in rows[: 1 + len(rows) // _PILE]:
        await tell(row["shop_id"], telling.payment(row["channel_number"], row["total_minor"]))


async def think_again(tell: Tell) -> None:
    """Somebody cancels what has not left yet, or gets money back, all or a part of it."""
    gone = dice.random() < 0.5
    rows = await _orders(*(("signed", "in_transit") if gone else ("allocated", "picking")))
    rows = [row for row in rows if row["left_minor"] > 0]
    if not rows:
        return
    row = dice.choice(rows)
    if gone or dice.random() < 0.3:
        part = max(row["left_minor"] // dice.choice((1, 2, 4)), 1)
        await tell(row["shop_id"], telling.refund(row["channel_number"], part))
    else:
        await tell(row["shop_id"], telling.standing(row["channel_number"], "cancelled"))


async def let_go(
    tell: Tell,
    *,
    given_up: timedelta = timedelta(minutes=15),
    satisfied: timedelta = timedelta(minutes=4),
) -> None:
    """What nobody paid for too long is cancelled; what has been with its buyer for a while is closed."""
    for row in await _orders("placed", stayed=given_up):
        await tell(row["shop_id"], telling.standing(row["channel_number"], "cancelled"))
    for row in await _orders("signed", stayed=satisfied):
        await tell(row["shop_id"], telling.standing(row["channel_number"], "closed"))


async def say_something_wrong(tell: Tell) -> None:
    """A channel sends what cannot be applied; it waits on the messages page, where a dozen is enough."""
    if await postgres.fetchval(_WAITING) < _MOST_WAITING:
        shop = await any_shop()
        await tell(shop.id, telling.spoilt(shop.currency))


async def order_what_nobody_listed(tell: Tell) -> None:
    """Somebody orders what the shop sells under a number of its own that is new; it waits until that is listed."""
    shop = await shop_of_a_dialect()
    if shop is not None and await postgres.fetchval(_WAITING) < _MOST_WAITING:
        await tell(shop.id, telling.unlisted(telling.number()))


async def _orders(*stages: str, stayed: timedelta = timedelta()) -> list[Any]:
    return await postgres.fetch(_IN_STAGE, stages, clock.now() - stayed)
