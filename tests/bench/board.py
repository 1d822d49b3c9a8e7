"""`board`: the operations board, all three regions read and rendered, costs the same whatever stands behind it."""

from orderhub.kernel import clock, snapshots, views
from orderhub.kernel.actors import Actor
from tests.bench.houses import House
from tests.bench.room import Room
from tests.bench.rows import Row, compared
from tests.bench.seeds.making import AT
from tests.bench.timing import Action, in_turns, stopwatch

BUDGET = 1.5
REGIONS = ("board.counts", "board.moves", "board.late")
_WARM = 10
_ROLES = frozenset({"manager"})
VIEWERS = {
    "everything": Actor(kind="person", id="person:1", name="陈姐", roles=_ROLES),
    "two shops, one warehouse": Actor(
        kind="person",
        id="person:2",
        name="小禾",
        roles=_ROLES,
        shops=frozenset({1, 7}),
        warehouses=frozenset({1}),
    ),
    "one quiet shop": Actor(kind="person", id="person:3", name="小麦", roles=_ROLES, shops=frozenset({12})),
}


async def measure(room: Room) -> list[Row]:
    """Measure the board of somebody who sees everything, and of two who do not."""
    few, many = await room.history(room.size.few), await room.history(room.size.many)
    rows = []
    with clock.frozen(AT):
        for what, viewer in VIEWERS.items():
            actions = _rendering(few, viewer), _rendering(many, viewer)
            small, large = await in_turns(*actions, warm=_WARM, rounds=room.size.rounds)
            rows.append(compared(what, large, small, budget=BUDGET))
    return rows


def _rendering(house: House, viewer: Actor) -> Action:
    async def render() -> float:
        with house.entered():
            async with snapshots.reading() as reading:
                with stopwatch() as taken:
                    for region in REGIONS:
                        await views.section(region, reading, {}, viewer, "zh-CN")
        return taken.ms

    return render
