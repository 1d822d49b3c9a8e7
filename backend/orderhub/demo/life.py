"""Life in the demo: buyers order and pay, people pick and pack, carriers drive, each at their own pace.

Nothing is remembered here: everybody looks at the database for what to do next, so the demo goes on after a restart.
Whoever sees a pile does more at once, so a demo that stood still for a night, or runs for a week, finds its balance.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from orderhub.demo import buyers, carriers, people
from orderhub.demo.channels import Channels
from orderhub.demo.hands import Hands
from orderhub.supervision import Loop, start

Step = Callable[[], Awaitable[None]]


@asynccontextmanager
async def living(address: str, *, speed: float = 1.0) -> AsyncIterator[None]:
    """Let everybody live until the block ends; at speed 1 an order comes every five seconds."""
    channels, hands = Channels(address), Hands(address)
    loops = [_begin(name, step, seconds / speed) for name, step, seconds in _habits(channels, hands, speed)]
    try:
        yield
    finally:
        await asyncio.gather(*(loop.stop() for loop in loops))
        await hands.close()
        await channels.close()


def _habits(channels: Channels, hands: Hands, speed: float) -> list[tuple[str, Step, float]]:
    """Return what happens, and after how many seconds on average; everything stays a moment, to be seen."""
    tell, press = channels.tell, hands.press
    moment = timedelta(seconds=8 / speed)
    return [
        ("orders", lambda: buyers.order(tell), 5),
        ("payments", lambda: buyers.pay(tell, stayed=moment / 2), 5),
        ("second thoughts", lambda: buyers.think_again(tell), 60),
        ("ends", lambda: buyers.let_go(tell), 10),
        ("spoilt messages", lambda: buyers.say_something_wrong(tell), 120),
        ("picking", lambda: people.pick(press, stayed=moment), 4),
        ("packing", lambda: people.pack(press, stayed=moment), 4),
        ("handing over", lambda: people.hand_over(press, stayed=moment), 4),
        ("carriers", lambda: carriers.drive(tell, stayed=2 * moment), 2),
    ]


def _begin(name: str, step: Step, seconds: float) -> Loop:
    async def run() -> None:
        while True:
            await asyncio.sleep(min(random.expovariate(1 / seconds), 3 * seconds))
            await step()

    return start(f"demo.{name}", run)
