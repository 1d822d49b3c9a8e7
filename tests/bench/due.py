"""`due`: a sweep that finds 100 late visits costs the same among a million open visits as among ten thousand."""

import statistics
from datetime import timedelta
from itertools import count

from orderhub.kernel import clock, due
from tests.bench.houses import House
from tests.bench.room import Room
from tests.bench.rows import Row
from tests.bench.seeds.making import AT
from tests.bench.timing import Action, in_turns, stopwatch

BUDGET = 1.5
DUE = 100
_ROUNDS = 40  # each makes 100 visits late, of which 10,000 open visits have enough for 50 rounds
_WARM = 5


async def measure(room: Room) -> list[Row]:
    """Let the clock go on minute by minute: in each, 100 more are due, entered one after the other as in life."""
    few, many = await room.due(room.size.few), await room.due(room.size.many)
    rounds = min(_ROUNDS, room.size.rounds)
    small, large = await in_turns(_sweeping(few), _sweeping(many), warm=_WARM, rounds=rounds)
    return [
        Row(
            what=f"sweep: {DUE} due among {room.size.many:,} open visits, against {room.size.few:,}",
            value=statistics.median(large),
            ceiling=statistics.median(small),
            unit="ms median",
            budget=BUDGET,
            more={"rounds": rounds},
        )
    ]


def _sweeping(house: House) -> Action:
    minutes = count(1)

    async def sweep() -> float:
        with house.entered(), clock.frozen(AT + timedelta(minutes=next(minutes))), stopwatch() as taken:
            marked = await due.sweep()
        if marked != DUE:
            raise RuntimeError(f"expected {DUE} late visits, got {marked}")
        return taken.ms

    return sweep
