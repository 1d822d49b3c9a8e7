"""Life in the demo: buyers order and pay, people pick and pack, carriers drive, each at their own pace.

Nothing is remembered here: everybody looks at the database for what to do next, so the demo goes on after a restart.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from orderhub.demo import buyers, carriers, people
from orderhub.demo.channels import Channels
from orderhub.supervision import Loop, start

Step = Callable[[Channels], Awaitable[None]]

# What happens, and after how many seconds on average (at speed 1).
PACE: dict[str, tuple[Step, float]] = {
    "orders": (buyers.order, 4.0),
    "payments": (buyers.pay, 4.0),
    "second thoughts": (buyers.think_again, 45.0),
    "spoilt messages": (buyers.say_something_wrong, 90.0),
    "picking": (lambda _: people.pick(), 5.0),
    "packing": (lambda _: people.pack(), 5.0),
    "handing over": (lambda _: people.hand_over(), 5.5),
    "carriers": (carriers.drive, 3.0),
}


@asynccontextmanager
async def living(address: str, *, speed: float = 1.0) -> AsyncIterator[None]:
    """Let everybody live until the block ends."""
    channels = Channels(address)
    loops = [_begin(name, step, channels, seconds / speed) for name, (step, seconds) in PACE.items()]
    try:
        yield
    finally:
        for loop in loops:
            await loop.stop()
        await channels.close()


def _begin(name: str, step: Step, channels: Channels, seconds: float) -> Loop:
    async def run() -> None:
        while True:
            await asyncio.sleep(min(random.expovariate(1 / seconds), 5 * seconds))
            await step(channels)

    return start(f"demo.{name}", run)
