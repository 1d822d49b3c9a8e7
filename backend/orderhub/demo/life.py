"""Life in the demo: buyers order and pay, people pick and pack, carriers drive, clerks set right, each at their own pace.

Nothing is remembered here: everybody looks at the database for what to do next, so the demo goes on after a restart.
Whoever sees a pile does more at once, so a demo that stood still for a night, or runs for a week, finds its balance.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from orderhub.demo import buyers, carriers, clerks, people
from orderhub.demo.cast import FLOOR, Player
from orderhub.demo.chance import dice
from orderhub.demo.channels import Channels, Tell
from orderhub.demo.hands import Hands
from orderhub.demo.people import Press
from orderhub.demo.rhythm import Habit, Rhythm
from orderhub.supervision import Loop, start

Step = Callable[[], Awaitable[None]]
Habits = list[tuple[Habit, Step]]


@asynccontextmanager
async def living(address: str, *, speed: float = 1.0) -> AsyncIterator[None]:
    """Let everybody live until the block ends; at speed 1 an order comes every five seconds."""
    channels, hands, rhythm = Channels(address), Hands(address), Rhythm(speed)
    habits = of_everybody(channels.tell, hands.press, rhythm) + with_doors(hands, rhythm)
    loops = [_begin(habit, step, rhythm) for habit, step in habits]
    try:
        yield
    finally:
        await asyncio.gather(*(loop.stop() for loop in loops))
        await hands.close()
        await channels.close()


def of_everybody(tell: Tell, press: Press, rhythm: Rhythm) -> Habits:
    """Return what happens on an ordinary day; everything stays a moment where it is, to be seen."""
    moment = rhythm.moment(seconds=8)
    least = max(moment, timedelta(seconds=1))
    given_up = max(rhythm.moment(seconds=900), timedelta(seconds=30))
    satisfied = max(rhythm.moment(seconds=240), timedelta(seconds=20))

    async def sales() -> None:
        rhythm.hold_sales()

    return [
        (Habit(name="sales", seconds=10, least=5), sales),
        (Habit(name="orders", seconds=5, least=0.6, outside=True, sells=True), partial(buyers.order, tell)),
        (
            Habit(name="payments", seconds=5, least=0.6, outside=True, sells=True),
            partial(buyers.pay, tell, stayed=least / 2),
        ),
        (Habit(name="second thoughts", seconds=60, least=6, outside=True), partial(buyers.think_again, tell)),
        (
            Habit(name="ends", seconds=10, least=2),
            partial(buyers.let_go, tell, given_up=given_up, satisfied=satisfied),
        ),
        (Habit(name="carriers", seconds=2, outside=True), partial(carriers.drive, tell, stayed=2 * least)),
        (Habit(name="spoilt messages", seconds=150, least=30), partial(buyers.say_something_wrong, tell)),
        (Habit(name="new numbers", seconds=300, least=45), partial(buyers.order_what_nobody_listed, tell)),
        (
            Habit(name="mistyped waybills", seconds=30, least=5),
            partial(clerks.set_waybills_right, press, stayed=5 * least),
        ),
        (
            Habit(name="old messages", seconds=120, least=20),
            partial(clerks.dismiss_old_messages, press, stayed=5 * least),
        ),
        *(
            (Habit(name=f"work.{one.login}", seconds=4 * one.pace), _work(one, press, rhythm))
            for one in FLOOR
        ),
        *((Habit(name=f"split.{one.login}", seconds=120, least=20), _split(one, rhythm)) for one in FLOOR),
    ]


def with_doors(hands: Hands, rhythm: Rhythm) -> Habits:
    """Return what only happens where pages answer."""
    stayed = max(rhythm.moment(seconds=90), timedelta(seconds=20))
    return [
        (
            Habit(name="listings", seconds=40, least=10),
            partial(clerks.list_new_numbers, hands, stayed=stayed),
        ),
        (Habit(name="explanations", seconds=180, least=60), partial(clerks.explain_a_delay, hands)),
        (Habit(name="hurries", seconds=240, least=60), partial(clerks.hurry, hands)),
    ]


def _work(player: Player, press: Press, rhythm: Rhythm) -> Step:
    stayed = max(rhythm.moment(seconds=25), timedelta(seconds=2))

    async def work() -> None:
        if rhythm.is_at_work(player):
            await people.work(press, player, stayed=stayed)

    return work


def _split(player: Player, rhythm: Rhythm) -> Step:
    async def split() -> None:
        if rhythm.is_at_work(player):
            await people.split(player)

    return split


def _begin(habit: Habit, step: Step, rhythm: Rhythm) -> Loop:
    async def run() -> None:
        while True:
            await asyncio.sleep(pause(habit, rhythm))
            await _whole(step)

    return start(f"demo.{habit.name}", run)


async def _whole(step: Step) -> None:
    """Do something to its end, also when the demo ends meanwhile: a transaction is not left open."""
    task = asyncio.ensure_future(step())
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def pause(habit: Habit, rhythm: Rhythm) -> float:
    """Return how many seconds pass until it happens again: by chance, but never very long."""
    mean = rhythm.seconds_until(habit)
    return min(dice.expovariate(1 / mean), 3 * mean)
