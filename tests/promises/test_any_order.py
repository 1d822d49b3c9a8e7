"""Whatever order, repetition or company messages arrive in, and whatever people do meanwhile: the same state at the end."""

import os
import time
from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from orderhub import house as house
from orderhub.kernel import postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.moves import Move, move
from orderhub.proof.verify import verify
from tests.emptying import empty
from tests.promises.channel import Channel, Goods, goods
from tests.promises.states import standing
from tests.promises.stories import Step, Story, as_it_happened, deliveries, stories

# The same stories in every run, as many as time allows; SECONDS=900 looks for others.
SECONDS = int(os.environ.get("SECONDS", "40"))
AMIN = Actor(kind="person", id="person:1", name="阿敏", roles=frozenset({"warehouse"}))
TRADE = ("pick", "pack", "collect")
_SHIPMENTS = """
    select h.id from shipments h join subjects s on s.id = h.id join orders o on o.id = h.order_id
    where o.shop_id = $1 and o.channel_number = $2
"""


async def work(channel: Channel, story: Story) -> None:
    """People carry the parcels of an order on by one step of their trade, as far as they do in this story."""
    facts = {"waybill": story.waybill}
    for row in await postgres.fetch(_SHIPMENTS, channel.shop_id, story.number):
        for transition in TRADE[: story.people_do]:
            wish = Move(
                subject=row["id"], transition=transition, facts=facts if transition == "collect" else {}
            )
            (verdict,) = await move([wish], actor=AMIN)
            if verdict.refused is None:
                break


async def happen(goods: Goods, told: Sequence[Story], steps: Sequence[Step]) -> dict[str, Any]:
    """Let a new shop live through the stories; returns what stands there at the end."""
    async with await Channel.of_a_new_shop(goods) as channel:
        for step in steps:
            await channel.tell_together([post for _, post in step.posts])
            for number in step.people:
                await work(channel, told[number])
        for story in told:
            for _ in TRADE:
                await work(channel, story)
        return await standing(channel.shop_id)


@cache
def _enough() -> float:
    """When to try no further story: a slow machine tries fewer of the same ones."""
    return time.monotonic() + SECONDS


@st.composite
def tellings(draw: st.DrawFn) -> tuple[list[Story], list[list[Step]]]:
    told = [draw(stories(f"00{nth + 1}")) for nth in range(draw(st.integers(1, 2)))]
    return told, [draw(deliveries(told)) for _ in range(2)]


@pytest.mark.slow
@settings(
    max_examples=5 * SECONDS,
    deadline=None,
    derandomize="SECONDS" not in os.environ,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(telling=tellings())
async def test_any_order_of_arrival_ends_in_the_same_state(
    clean: str, telling: tuple[list[Story], list[list[Step]]]
) -> None:
    if time.monotonic() > _enough():
        return
    await empty()
    told, arrivals = telling
    sold = await goods()
    expected = await happen(sold, told, as_it_happened(told))
    for steps in arrivals:
        assert await happen(sold, told, steps) == expected
    assert (await verify()).findings == []
