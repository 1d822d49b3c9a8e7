"""The courier delivers each letter, tells failures apart, and lets no destination keep the others waiting."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from orderhub.kernel import outbox, postgres
from orderhub.kernel.outbox import Delivery, DeliveryFailed
from orderhub.worker import courier, leasing
from orderhub.worker.courier import Courier
from tests.kernel.crates import after, crates, send
from tests.worker.waiting import until

pytestmark = pytest.mark.usefixtures("clean")


class Outside:
    """The world behind ``outside:...``: remembers what came, and answers as told."""

    def __init__(self) -> None:
        self.came: list[Delivery] = []
        self.answers: dict[str, Exception] = {}
        self.silent: dict[str, asyncio.Event] = {}

    async def receive(self, letter: Delivery) -> None:
        self.came.append(letter)
        if letter.destination in self.silent:
            await self.silent[letter.destination].wait()
        if answer := self.answers.get(letter.destination):
            raise answer


@pytest_asyncio.fixture(loop_scope="session")
async def outside() -> AsyncIterator[Outside]:
    world = Outside()
    outbox.handles("outside")(world.receive)
    yield world
    del outbox._handlers["outside"]


@pytest_asyncio.fixture(loop_scope="session")
async def post() -> AsyncIterator[Courier]:
    man = Courier(lambda: None)
    yield man
    await man.stop(patience_seconds=0)


async def settled(**state: bool) -> bool:
    """Tell whether every letter is sent (or dead, or tried)."""
    asked = {"sent": "sent_at is not null", "dead": "dead_at is not null", "failed": "error is not null"}
    (name,) = state
    return bool(
        await postgres.fetchval(f"select bool_and({asked[name]} and lease_token is null) from outbox")
    )


async def error() -> str:
    text: str = await postgres.fetchval("select error from outbox")
    return text


async def test_a_letter_is_delivered_once_with_all_it_says(outside: Outside, post: Courier) -> None:
    (crate,) = await crates()
    await send(crate, {"waybill": "SF1"}, destination="outside:12")
    await post.turn()
    await until(lambda: settled(sent=True))
    await post.turn()
    (letter,) = outside.came
    assert (letter.destination, letter.subject_id, letter.topic) == ("outside:12", crate, "crate.told")
    assert letter.body == {"waybill": "SF1"}


async def test_a_passing_failure_is_tried_again_and_a_permanent_one_is_not(
    outside: Outside, post: Courier
) -> None:
    (crate,) = await crates()
    await send(crate, {}, destination="outside:1")
    outside.answers["outside:1"] = DeliveryFailed("503", permanent=False)
    await post.turn()
    await until(lambda: settled(failed=True))
    outside.answers["outside:1"] = DeliveryFailed("410 gone", permanent=True)
    with after(1):
        await post.turn()
        await until(lambda: settled(dead=True))
    assert [letter.attempts for letter in outside.came] == [1, 2]
    assert await error() == "410 gone"


async def test_a_handler_that_breaks_is_a_passing_failure_with_its_reason(
    outside: Outside, post: Courier, caplog: pytest.LogCaptureFixture
) -> None:
    (crate,) = await crates()
    await send(crate, {}, destination="outside:1")
    outside.answers["outside:1"] = KeyError("waybill")
    await post.turn()
    await until(lambda: settled(failed=True))
    assert await error() == "fault: KeyError: 'waybill'"
    assert not await settled(dead=True)


async def test_silence_is_a_passing_failure(
    outside: Outside, post: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leasing, "CALL_SECONDS", 0.05)
    (crate,) = await crates()
    await send(crate, {}, destination="outside:1")
    outside.silent["outside:1"] = asyncio.Event()
    await post.turn()
    await until(lambda: settled(failed=True))
    assert await error() == "no_answer: 0.05"


async def test_a_letter_to_a_scheme_nobody_knows_waits_for_one_who_does(post: Courier) -> None:
    (crate,) = await crates()
    await send(crate, {}, destination="unheard-of:1")
    await post.turn()
    await until(lambda: settled(failed=True))
    assert not await settled(dead=True)


async def test_a_silent_destination_keeps_a_few_calls_and_nobody_else_waiting(
    outside: Outside, post: Courier
) -> None:
    outside.silent["outside:silent"] = asyncio.Event()
    for crate in await crates(20):
        await send(crate, {}, destination="outside:silent")
    (crate,) = await crates()
    await send(crate, {}, destination="outside:well")
    for _ in range(3):
        await post.turn()
    asked = "select sent_at is not null from outbox where destination = 'outside:well'"
    await until(lambda: postgres.fetchval(asked))
    assert (
        sum(letter.destination == "outside:silent" for letter in outside.came) == courier.AT_ONE_DESTINATION
    )


async def test_a_letter_that_ends_its_worker_at_every_try_is_given_up(
    outside: Outside, post: Courier
) -> None:
    (crate,) = await crates()
    await send(crate, {}, destination="outside:deadly")
    await postgres.execute("update outbox set attempts = $1", leasing.TRIES)
    await post.turn()
    await until(lambda: settled(dead=True))
    assert outside.came == []


async def test_a_call_that_is_cut_at_the_end_comes_again(outside: Outside, post: Courier) -> None:
    outside.silent["outside:1"] = asyncio.Event()
    (crate,) = await crates()
    await send(crate, {}, destination="outside:1")
    await post.turn()
    await post.stop(patience_seconds=0)
    assert not await settled(failed=True)
    del outside.silent["outside:1"]
    with after(2):
        await post.turn()
        await until(lambda: settled(sent=True))
    assert len({letter.id for letter in outside.came}) == 1, "the id lets the receiver tell a repeat"
