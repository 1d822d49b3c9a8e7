"""The demo's life on a clock of its own: an hour of it passes in seconds, through the same verbs as behind the doors."""

import heapq
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from orderhub.demo import life
from orderhub.demo.cast import TIME_ZONE
from orderhub.demo.channels import Tell, tell_the_verb
from orderhub.demo.people import press_the_verb
from orderhub.demo.rhythm import Rhythm
from orderhub.kernel import clock, postgres

# A wall: how many parcels stand in one warehouse, with its people.
Walls: TypeAlias = dict[str, int]
Look: TypeAlias = Callable[[Rhythm], Awaitable[None]]

_WALLS = """
    select w.name, count(s.id) as standing from warehouses w left join subjects s
        on s.warehouse_id = w.id and s.kind = 'shipment' and s.stage in ('allocated', 'picking', 'packed')
    group by 1
"""


def yesterday(hour: int) -> datetime:
    """An hour of yesterday on the demo's wall."""
    local = clock.now().astimezone(ZoneInfo(TIME_ZONE)) - timedelta(days=1)
    return local.replace(hour=hour, minute=0, second=0, microsecond=0)


async def live(
    minutes: float,
    *,
    speed: float,
    since: datetime,
    look: Look,
    every: float = 15,
    tell: Tell = tell_the_verb,
    sale_after: float | None = None,
) -> None:
    """Let everybody live for so many minutes of our time, and look at them every so many seconds.

    ``sale_after``: after how many minutes there is a sale, if there must be one.
    """
    with clock.frozen(since):
        rhythm = Rhythm(speed)
    rhythm.next_sale = since + timedelta(minutes=2 * minutes if sale_after is None else sale_after)

    async def watch() -> None:
        await look(rhythm)

    habits = life.of_everybody(tell, press_the_verb, rhythm)
    order = count()
    coming: list[tuple[datetime, int, Any, Any]] = [(since, next(order), None, watch)]
    coming += [(since + _pause(habit, rhythm, since), next(order), habit, step) for habit, step in habits]
    heapq.heapify(coming)
    until = since + timedelta(minutes=minutes)
    while coming[0][0] < until:
        at, _, habit, step = heapq.heappop(coming)
        with clock.frozen(at):
            await step()
        after = timedelta(seconds=every) if habit is None else _pause(habit, rhythm, at)
        heapq.heappush(coming, (at + after, next(order), habit, step))


async def walls() -> Walls:
    """How much stands on the wall of each warehouse."""
    return {row["name"]: row["standing"] for row in await postgres.fetch(_WALLS)}


def _pause(habit: Any, rhythm: Rhythm, at: datetime) -> timedelta:
    with clock.frozen(at):
        return timedelta(seconds=life.pause(habit, rhythm))
