"""The demo's rhythm: day and night, shifts and sales, on a clock that runs as fast as the demo is told to.

At speed 1 it is the clock on the wall; at speed 60 a day passes in 24 minutes. At night somebody is on shift in every
warehouse, and orders and carriers come at half the pace: quiet, but never dead.
"""

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from orderhub.demo.cast import TIME_ZONE, Player
from orderhub.demo.chance import dice
from orderhub.kernel import clock

logger = logging.getLogger(__name__)

_NIGHT, _QUIET = (23, 7), 1 / 2
_SALE_TIMES = 10
_SALE = timedelta(minutes=3)
_SALE_PAUSE_MINUTES = (20, 60)
# However fast life goes, a sale can be watched, and is over before the next.
_LEAST_SALE, _LEAST_PAUSE = timedelta(seconds=30), timedelta(minutes=3)


class Habit(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happens again and again, every so many seconds on average at speed 1.

    ``least`` is the shortest pause the machine is asked for, in a sale a half of it; ``outside`` says that it follows
    buyers and carriers, who sleep at night; ``sells`` that it comes ten times as often in a sale.
    """

    name: str
    seconds: float
    least: float = 0.4
    outside: bool = False
    sells: bool = False


class Rhythm:
    """How fast everything goes just now."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._began = clock.now()
        self._sale_ends = self._began
        self.next_sale = self._began + self._pause()

    def moment(self, *, seconds: float) -> timedelta:
        """Return so much of the demo's time as it passes on ours."""
        return timedelta(seconds=seconds / self.speed)

    def local(self) -> datetime:
        """Return the time on the wall of the demo's warehouses."""
        now = self._began + (clock.now() - self._began) * self.speed
        return now.astimezone(ZoneInfo(TIME_ZONE))

    def is_at_work(self, player: Player) -> bool:
        """Tell whether somebody is on shift now."""
        return player.is_at_work(self.local())

    @property
    def is_sale(self) -> bool:
        """Whether there is a sale now."""
        return clock.now() < self._sale_ends

    def hold_sales(self) -> None:
        """Begin a sale when it is time for one, and say so."""
        if clock.now() >= self.next_sale:
            self._sale_ends = clock.now() + max(_SALE / self.speed, _LEAST_SALE)
            self.next_sale = self._sale_ends + self._pause()
            seconds = (self._sale_ends - clock.now()).total_seconds()
            logger.info("sale: %d times the orders for %.0f s", _SALE_TIMES, seconds)

    def seconds_until(self, habit: Habit) -> float:
        """Return after how many seconds it happens again, on average."""
        pace = self.speed * (_QUIET if habit.outside and self._is_night() else 1)
        if habit.sells and self.is_sale:
            return max(habit.seconds / pace / _SALE_TIMES, habit.least / 2)
        return max(habit.seconds / pace, habit.least)

    def _is_night(self) -> bool:
        hour = self.local().hour
        return hour >= _NIGHT[0] or hour < _NIGHT[1]

    def _pause(self) -> timedelta:
        return max(timedelta(minutes=dice.randint(*_SALE_PAUSE_MINUTES)) / self.speed, _LEAST_PAUSE)
