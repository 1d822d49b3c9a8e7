"""A past for a newly founded demo, so that nobody looks at empty pages: a day and a night of orders, some of them late."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from orderhub.demo import buyers, carriers, clerks, people
from orderhub.demo.cast import FLOOR, TIME_ZONE
from orderhub.demo.chance import dice
from orderhub.demo.channels import tell_the_verb
from orderhub.kernel import clock

_PAST = timedelta(hours=27)
_STEP = timedelta(minutes=45)
_ORDERS_A_STEP = (1, 2, 3, 3, 4, 5)
_UNPAID = 4
_SPLIT = 0.1
# What was spoilt, or not listed, so many steps ago still waits.
_SPOILT = (1, 2, 6)
_UNLISTED = (1, 3)


async def remember() -> None:
    """Let the past happen, a part of an hour at a time: orders come, most are paid, people and carriers do their part."""
    steps = _PAST // _STEP
    now = clock.now()
    for ago in range(steps, 0, -1):
        with clock.frozen(now - ago * _STEP):
            await _happen(ago)
    for _ in range(_UNPAID):
        await buyers.order(tell_the_verb)


async def _happen(ago: int) -> None:
    for _ in range(dice.choice(_ORDERS_A_STEP)):
        await buyers.order(tell_the_verb)
        await buyers.pay(tell_the_verb)
    local = clock.now().astimezone(ZoneInfo(TIME_ZONE))
    for player in FLOOR:
        if player.is_at_work(local):
            if dice.random() < _SPLIT:
                await people.split(player)
            for _ in range(5):
                await people.work(people.press_the_verb, player, stayed=_STEP)
    await clerks.set_waybills_right(people.press_the_verb, stayed=_STEP)
    for _ in range(8):
        await carriers.drive(tell_the_verb, stayed=_STEP)
    if ago % 8 == 0:
        await buyers.think_again(tell_the_verb)
    if ago in _SPOILT:
        await buyers.say_something_wrong(tell_the_verb)
    if ago in _UNLISTED:
        await buyers.order_what_nobody_listed(tell_the_verb)
    await buyers.let_go(tell_the_verb)
