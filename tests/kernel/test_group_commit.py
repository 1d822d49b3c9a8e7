"""Group commit: requests share a transaction, each has its own answer, and poison harms only itself."""

import asyncio
from collections.abc import Sequence

import pytest

from orderhub.kernel.group_commit import GroupCommit, QueueFull


class Bank:
    """Stands in for a database: commits wait until they are let through, poison fails a batch, and it may be away.

    What is put as ``red/1`` is sent by red.
    """

    def __init__(self, *, most: int = 64, bound: int = 2_000, lanes: int = 1) -> None:
        self.batches: list[list[str]] = []
        self.away = 0  # how many commits it will miss
        self.open = asyncio.Event()
        self.open.set()
        self.queue = GroupCommit[str, str](
            self._commit,
            commit_alone=self._alone,
            is_away=lambda error: isinstance(error, ConnectionError),
            sender=lambda item: item.rpartition("/")[0],
            most=most,
            bound=bound,
            lanes=lanes,
        )

    async def _commit(self, batch: Sequence[str]) -> list[str]:
        self.batches.append(list(batch))
        await self.open.wait()
        if self.away:
            self.away -= 1
            raise ConnectionError("nobody answers")
        if any(item.startswith("poison") for item in batch):
            raise ValueError(batch)
        return [f"{item} done" for item in batch]

    async def _alone(self, item: str, error: Exception) -> str:
        if item == "poison for good":
            raise error
        return f"{item} kept aside"

    def put(self, *items: str) -> "list[asyncio.Task[str]]":
        return [asyncio.create_task(self.queue.put(item)) for item in items]


async def turns(count: int = 5) -> None:
    """Let whatever can go on go on."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_batch_forms_while_the_one_before_commits() -> None:
    bank = Bank()
    bank.open.clear()
    tasks = bank.put("a")
    await turns()
    tasks += bank.put("b", "c")
    await turns()
    bank.open.set()
    assert await asyncio.gather(*tasks) == ["a done", "b done", "c done"]
    assert bank.batches == [["a"], ["b", "c"]]


async def test_a_second_batch_begins_beside_the_first_once_a_whole_one_waits_and_a_third_waits() -> None:
    bank = Bank(most=4, lanes=2)
    bank.open.clear()
    tasks = []
    for item in ("a", "b", "c", "d", "e", "f"):
        tasks += bank.put(item)
        await turns()
    assert bank.batches == [["a"], ["b", "c"]]
    assert bank.queue.waiting == 3
    bank.open.set()
    assert len(await asyncio.gather(*tasks)) == 6
    assert bank.batches[2:] == [["d", "e", "f"]]


@pytest.mark.parametrize(
    ("came", "sizes"),
    [(4, [4]), (9, [4, 4]), (18, [6, 6, 6]), (24, [8, 8, 8]), (40, [8, 8, 8])],
)
async def test_lanes_share_evenly_what_is_under_way(came: int, sizes: list[int]) -> None:
    bank = Bank(most=8, lanes=3)
    bank.open.clear()
    tasks = bank.put(*(str(number) for number in range(came)))
    await turns()
    assert [len(batch) for batch in bank.batches] == sizes
    bank.open.set()
    assert len(await asyncio.gather(*tasks)) == came


async def test_a_lane_that_leaves_a_small_rest_to_the_other_leaves_nothing_behind() -> None:
    bank = Bank(most=4, lanes=2)
    for _ in range(50):
        tasks = []
        for item in ("a", "b", "c", "d", "e", "f", "g"):
            bank.open.clear()
            tasks += bank.put(item)
            await turns(1)
            bank.open.set()
        async with asyncio.timeout(5):
            assert len(await asyncio.gather(*tasks)) == 7
        assert bank.queue.waiting == 0


async def test_poison_is_found_and_fails_nobody_else() -> None:
    bank = Bank(most=8)
    bank.open.clear()
    first = bank.put("first")
    await turns()
    tasks = bank.put(*"abcdef", "poison", "g")
    await turns()
    bank.open.set()
    answers = await asyncio.gather(*first, *tasks)
    assert answers == ["first done", *(f"{item} done" for item in "abcdef"), "poison kept aside", "g done"]


async def test_what_cannot_be_kept_at_all_is_told_to_its_sender_alone() -> None:
    bank = Bank()
    good, bad = bank.put("good", "poison for good")
    with pytest.raises(ValueError, match="poison for good"):
        await bad
    assert await good == "good done"


async def test_poison_among_many_costs_a_few_commits() -> None:
    bank = Bank()
    tasks = bank.put(*(f"good {n}" for n in range(63)), "poison")
    await asyncio.gather(*tasks)
    assert len(bank.batches) == 1 + 2 * 6, "64 are halved six times"


async def test_while_the_database_is_away_a_batch_is_tried_twice_and_refused_as_a_whole() -> None:
    bank = Bank()
    bank.away = 2
    tasks = bank.put(*"abcdefgh")
    said = await asyncio.gather(*tasks, return_exceptions=True)
    assert {str(error) for error in said} == {"nobody answers"}
    assert bank.batches == [[*"abcdefgh"]] * 2
    assert await bank.queue.put("i") == "i done"


async def test_a_commit_whose_answer_was_lost_is_asked_about_once_more() -> None:
    bank = Bank()
    bank.away = 1
    assert await asyncio.gather(*bank.put("a", "b", "c")) == ["a done", "b done", "c done"]
    assert bank.batches == [["a", "b", "c"]] * 2


async def test_poison_is_found_although_the_database_was_away_before() -> None:
    bank = Bank()
    bank.away = 1
    answers = await asyncio.gather(*bank.put("a", "poison", "b", "c"))
    assert answers == ["a done", "poison kept aside", "b done", "c done"]


async def test_senders_take_turns_and_who_sends_much_waits() -> None:
    bank = Bank(most=4)
    bank.open.clear()
    tasks = bank.put("first")
    await turns()
    tasks += bank.put(*(f"red/{n}" for n in range(9)), "blue/0", "green/0", "green/1")
    await turns()
    bank.open.set()
    await asyncio.gather(*tasks)
    assert bank.batches[1:] == [
        ["red/0", "blue/0", "green/0", "red/1"],
        ["green/1", "red/2", "red/3", "red/4"],
        ["red/5", "red/6", "red/7", "red/8"],
    ]


async def test_a_full_queue_refuses_first_who_fills_it() -> None:
    bank = Bank(most=4, bound=6)
    bank.open.clear()
    tasks = bank.put("first")
    await turns()
    flood, (calm,) = bank.put(*(f"red/{n}" for n in range(6))), bank.put("blue/0")
    await turns()
    with pytest.raises(QueueFull):
        await flood.pop()
    with pytest.raises(QueueFull):
        await bank.queue.put("red/6")
    assert bank.queue.waiting == 6
    bank.open.set()
    assert len(await asyncio.gather(*tasks, *flood)) == 6
    assert await calm == "blue/0 done"
    assert bank.batches[1] == ["red/0", "red/1", "blue/0", "red/2"]
    assert bank.queue.waiting == 0


async def test_a_full_queue_refuses_and_keeps_what_it_has() -> None:
    bank = Bank(most=1, bound=2)
    bank.open.clear()
    tasks = bank.put("a")
    await turns()
    tasks += bank.put("b", "c")
    await turns()
    with pytest.raises(QueueFull):
        await bank.queue.put("d")
    bank.open.set()
    assert await asyncio.gather(*tasks) == ["a done", "b done", "c done"]


async def test_a_request_whose_sender_has_gone_is_done_all_the_same() -> None:
    bank = Bank()
    bank.open.clear()
    (task,) = bank.put("a")
    await turns()
    task.cancel()
    await turns()
    bank.open.set()
    await bank.queue.drain()
    assert bank.batches == [["a"]]
    assert bank.queue.waiting == 0


async def test_draining_waits_for_everything_that_was_put() -> None:
    bank = Bank(most=1, lanes=2)
    tasks = bank.put("a", "b", "c")
    await turns(1)
    await bank.queue.drain()
    assert [task.result() for task in tasks] == ["a done", "b done", "c done"]


async def test_while_it_is_drained_nothing_more_is_taken() -> None:
    bank = Bank()
    bank.open.clear()
    (task,) = bank.put("a")
    await turns()
    ending = asyncio.create_task(bank.queue.drain())
    await turns()
    with pytest.raises(QueueFull):
        await bank.queue.put("b")
    bank.open.set()
    await ending
    assert await task == "a done"
    assert await bank.queue.put("c") == "c done"
