"""Whether the hub lives, and whether it can work."""

import asyncio
from datetime import timedelta

import pytest

from orderhub import supervision
from orderhub.front import health
from orderhub.kernel import pool
from orderhub.worker.turns import Job, take_turn
from tests.browsers import Program
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("clean")


async def nothing() -> None:
    """A job that is done at once."""


async def test_a_hub_with_a_database_and_a_worker_is_ready_and_well() -> None:
    await take_turn(Job(name="minutely", every=timedelta(minutes=1), work=nothing))
    async with Program() as program:
        assert (await program.get("/healthz")).json() == {"status": "alive"}
        answer = await program.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "ill": {}})


async def test_a_hub_whose_worker_is_away_is_ready_and_says_so() -> None:
    async with Program() as program:
        answer = await program.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ready", "ill": {"worker": "no worker has run yet"}},
    )


async def test_without_its_database_the_hub_lives_and_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "opened", None)
    async with Program() as program:
        assert (await program.get("/healthz")).status_code == 200
        answer = await program.get("/readyz")
    assert answer.status_code == 503
    assert set(answer.json()["ill"]) == {"database", "worker"}


async def test_what_is_ill_is_named_and_what_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs() -> str | None:
        await asyncio.sleep(60)
        return None

    async def sick() -> str | None:
        return "no worker for 90 s"

    async def dead() -> str | None:
        raise OSError("secret address")

    monkeypatch.setattr(health, "_checks", {"redis": hangs, "worker": sick, "anchor": dead})
    monkeypatch.setattr(health, "_beside", set())
    monkeypatch.setattr(health, "_PATIENCE_SECONDS", 0.05)
    async with Program() as program:
        ill = (await program.get("/readyz")).json()["ill"]
    assert ill == {"redis": "no answer within 0.05 s", "worker": "no worker for 90 s", "anchor": "OSError"}


async def test_a_loop_that_is_down_makes_it_unready_unless_it_can_do_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def dies() -> None:
        raise OSError

    monkeypatch.setattr(supervision, "_FIRST_PAUSE_SECONDS", 3600)
    monkeypatch.setattr(supervision, "_LONGEST_PAUSE_SECONDS", 3600)
    await take_turn(Job(name="minutely", every=timedelta(minutes=1), work=nothing))
    beside = supervision.start("test.beside", dies, needed=False)
    async with Program() as program:
        await until(supervision.ill)
        answer = await program.get("/readyz")
        assert (answer.status_code, answer.json()["ill"]) == (200, {"loop:test.beside": "down"})
        needed = supervision.start("test.needed", dies)
        await until(lambda: len(supervision.ill()) == 2)
        assert (await program.get("/readyz")).status_code == 503
    for loop in (beside, needed):
        await loop.stop()
