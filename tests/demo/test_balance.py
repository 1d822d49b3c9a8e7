"""The demo's balance: at any speed, by day, by night and in a sale, walls neither run empty nor overflow."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from orderhub import house as house
from orderhub.demo.cast import FLOOR, LUNCH_MINUTES, WAREHOUSES
from orderhub.demo.chance import dice
from orderhub.demo.channels import tell_the_verb
from orderhub.demo.founding import fill_the_shelves, found
from orderhub.demo.rhythm import Rhythm
from orderhub.kernel import clock
from tests.demo import simulated
from tests.demo.simulated import Walls, walls
from tests.emptying import empty


@pytest_asyncio.fixture(loop_scope="session")
async def founded(clean: str) -> AsyncIterator[None]:
    """A demo on its first day, with dice that fall the same way every time."""
    dice.seed(3)
    await found()
    await fill_the_shelves()
    yield
    dice.seed()


class Watch:
    """What was seen on the walls, with the time since the beginning."""

    def __init__(self, since: datetime) -> None:
        self.since = since
        self.seen: list[tuple[timedelta, bool, Walls]] = []

    async def look(self, rhythm: Rhythm) -> None:
        """Write the walls down."""
        self.seen.append((clock.now() - self.since, rhythm.is_sale, await walls()))

    def heights(self, *, after_seconds: float) -> list[int]:
        """How high the walls were, all of them, from then on."""
        began = timedelta(seconds=after_seconds)
        return [height for at, _, seen in self.seen if at >= began for height in seen.values()]


@pytest.mark.usefixtures("founded")
@pytest.mark.parametrize(
    ("speed", "hour", "minutes", "warm_seconds"),
    [(1, 10, 4, 90), (1, 3, 3.5, 120), (60, 10, 0.9, 15)],
    ids=["a day", "a night", "sixty times as fast"],
)
async def test_walls_neither_run_empty_nor_overflow(
    speed: float, hour: int, minutes: float, warm_seconds: float
) -> None:
    watch = Watch(simulated.yesterday(hour))
    await simulated.live(
        minutes, speed=speed, since=watch.since, look=watch.look, every=20 if speed == 1 else 3
    )
    heights = watch.heights(after_seconds=warm_seconds)
    assert heights
    assert min(heights) >= 1
    assert max(heights) <= 40


@pytest.mark.usefixtures("founded")
async def test_a_sale_fills_the_walls_and_is_worked_off() -> None:
    watch = Watch(simulated.yesterday(10))
    await simulated.live(1.1, speed=60, since=watch.since, look=watch.look, every=3, sale_after=0.02)
    in_sale = [sum(seen.values()) for _, is_sale, seen in watch.seen if is_sale]
    assert in_sale, "there was a sale"
    assert max(in_sale) > 30
    assert max(watch.heights(after_seconds=0)) <= 120
    assert max(watch.heights(after_seconds=58)) <= 40


async def test_the_same_dice_make_the_same_life(clean: str) -> None:
    since = simulated.yesterday(10)

    async def life() -> list[bytes]:
        told: list[bytes] = []

        async def tell(shop_id: int, body: bytes) -> None:
            told.append(body)
            await tell_the_verb(shop_id, body)

        async def look(_: Rhythm) -> None:
            pass

        await empty()
        await found()
        await fill_the_shelves()
        dice.seed(5)
        await simulated.live(0.5, speed=5, since=since, look=look, tell=tell)
        return told

    first = await life()
    assert len(first) > 25
    assert await life() == first


def test_somebody_is_always_at_work_but_for_lunch() -> None:
    day = datetime(2026, 11, 11)  # noqa: DTZ001 - the time on the wall of a warehouse
    for code in WAREHOUSES:
        mine = [player for player in FLOOR if player.warehouse == code]
        minutes = [day + timedelta(minutes=minute) for minute in range(24 * 60)]
        alone = [at for at in minutes if not any(player.is_at_work(at) for player in mine)]
        assert len(alone) <= 3 * LUNCH_MINUTES
