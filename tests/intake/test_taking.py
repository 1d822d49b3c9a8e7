"""Taking messages in: a shop whose messages break a batch has a way of its own, and nothing is left behind at the end."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from orderhub.accounts import shops
from orderhub.accounts.shops import Shop
from orderhub.intake import receiving, taking
from orderhub.intake.received import Outcome, Received
from orderhub.intake.receiving import arrived
from orderhub.kernel import clock, postgres
from orderhub.kernel.group_commit import QueueFull, drain
from orderhub.kernel.work import Work
from tests.promises.channel import Channel, goods

pytestmark = pytest.mark.usefixtures("clean")


class Batches:
    """What was taken together; a batch that applies poison fails, as one does that meets a fault of ours."""

    def __init__(self) -> None:
        self.seen: list[list[str]] = []
        self.broken = 0
        self._receive, self._apply = receiving.receive, receiving.apply

    async def receive(self, batch: Sequence[Received]) -> list[Outcome]:
        self.seen.append([one.outside_id for one in batch])
        return await self._receive(batch)

    async def apply(self, work: Work, fresh: Sequence[Received], *more: Any, **said: Any) -> Any:
        if any(b"poison" in one.body for one in fresh):
            self.broken += 1
            raise LookupError("a fault of ours")
        return await self._apply(work, fresh, *more, **said)

    def of(self, name: str) -> list[list[str]]:
        return [batch for batch in self.seen if any(one.startswith(name) for one in batch)]


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> Batches:
    """Watches every batch."""
    watching = Batches()
    monkeypatch.setattr(receiving, "receive", watching.receive)
    monkeypatch.setattr(receiving, "apply", watching.apply)
    monkeypatch.setattr(taking, "_doubted", {})
    return watching


@pytest_asyncio.fixture(loop_scope="session")
async def two(clean: str) -> AsyncIterator[tuple[Shop, Shop]]:
    """A red shop and a blue one."""
    sold, found = await goods(), []
    for name in ("red", "blue"):
        async with await Channel.of_a_new_shop(sold, name=name) as channel:
            entrance = await shops.entrance(channel.shop_id)
            assert entrance is not None
            found.append(entrance.shop)
    yield found[0], found[1]


def told(to: Shop, number: int, *, remark: str = "") -> Received:
    order = {"number": f"{to.name}-{number}", "updated_at": clock.now().isoformat(), "remark": remark}
    return arrived(
        to, outside_id=f"{to.name}-{number}", body=msgspec.json.encode({"order": order}), at=clock.now()
    )


def _is_a_fault(outcome: Outcome) -> bool:
    return any(reason.code == "fault" for reason in outcome.reasons)


async def kept() -> int:
    count: int = await postgres.fetchval("select count(*) from messages")
    return count


async def test_a_flood_of_one_shop_keeps_no_other_waiting(two: tuple[Shop, Shop], batches: Batches) -> None:
    red, blue = two
    flood = [taking.take(told(red, n)) for n in range(200)]
    await asyncio.gather(*flood, *(taking.take(told(blue, n)) for n in range(3)))
    assert [one for one in batches.seen[0] if one.startswith("blue")] == ["blue-0", "blue-1", "blue-2"]
    assert [len(batch) for batch in batches.seen] == [64, 64, 64, 11]
    assert await kept() == 203


async def test_a_shop_that_broke_a_batch_breaks_no_other(two: tuple[Shop, Shop], batches: Batches) -> None:
    red, blue = two
    assert _is_a_fault(await taking.take(told(red, 0, remark="poison")))
    batches.seen.clear()
    more = [told(red, n, remark="poison") for n in range(1, 4)] + [told(blue, n) for n in range(20)]
    outcomes = await asyncio.gather(*(taking.take(one) for one in more))
    assert [_is_a_fault(outcome) for outcome in outcomes] == [True] * 3 + [False] * 20
    assert len(batches.of("blue")) == 1, "blue is taken together, once"
    assert await kept() == 24


async def test_a_shop_is_trusted_again_when_enough_of_its_messages_held(
    two: tuple[Shop, Shop], batches: Batches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "_TRUSTED_AFTER", 3)
    red, blue = two
    await taking.take(told(red, 0, remark="poison"))
    for number in range(1, 4):
        await taking.take(told(red, number))
    await asyncio.gather(taking.take(told(red, 4)), taking.take(told(blue, 0)))
    assert batches.seen[-1] == ["red-4", "blue-0"]


async def test_known_poison_that_comes_again_breaks_no_batch_and_is_kept_once(
    two: tuple[Shop, Shop], batches: Batches
) -> None:
    red, _ = two
    bad = told(red, 0, remark="poison")
    first = await taking.take(bad)
    again = [await taking.take(bad) for _ in range(3)]
    assert again == [first] * 3
    assert batches.broken == 1, "it is not applied again"
    assert await kept() == 1


async def test_at_the_end_everything_that_was_taken_is_done(two: tuple[Shop, Shop]) -> None:
    red, blue = two
    callers = [asyncio.create_task(taking.take(told(to, n))) for to in two for n in range(100)]
    await asyncio.sleep(0)
    for caller in callers[::2]:
        caller.cancel()
    ending = asyncio.create_task(drain([taking.queue, taking.slow]))
    for _ in range(5):
        await asyncio.sleep(0)
    with pytest.raises(QueueFull):
        await taking.take(told(blue, 100))
    await ending
    answered = await asyncio.gather(*callers, return_exceptions=True)
    assert [isinstance(answer, Outcome) for answer in answered] == [False, True] * 100
    assert await kept() == 200
    assert await taking.take(told(red, 100)), "a hub that begins anew takes messages again"
