"""The worker as a whole: what nobody asks for happens, within a second, and it ends in good order."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from orderhub import schedule
from orderhub.kernel import bus, outbox, postgres
from orderhub.kernel.bus import Fact
from orderhub.kernel.outbox import Delivery
from orderhub.worker.running import running
from tests.architecture.code import ROOT
from tests.kernel.crates import crates, late_since, send
from tests.worker.waiting import until


@pytest.fixture
def delivered(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What came to ``outside:...``."""
    came: list[object] = []

    async def receive(letter: Delivery) -> None:
        came.append(letter.body["n"])

    monkeypatch.setitem(outbox._handlers, "outside", receive)
    return came


async def everything_is_sent() -> bool:
    return not await postgres.fetchval("select exists (select from outbox where sent_at is null)")


@pytest.mark.usefixtures("clean")
async def test_what_is_due_is_marked_letters_leave_and_jobs_run(delivered: list[object]) -> None:
    (crate,) = await crates()
    await postgres.execute("update visits set due_at = now() - interval '1 minute'")
    await send(crate, *({"n": n} for n in range(5)), destination="outside:1")
    async with running():
        await until(lambda: late_since(crate))
        await until(everything_is_sent)
        await until(
            lambda: postgres.fetchval(
                "select count(*) = $1 from recurring_jobs where ran_at is not null", len(schedule.ONCE)
            )
        )
    assert delivered == [0, 1, 2, 3, 4]
    assert await postgres.fetchval("select count(*) from recurring_jobs where error is not null") == 0


@pytest.mark.usefixtures("clean")
async def test_a_letter_written_while_the_worker_rests_leaves_at_once(delivered: list[object]) -> None:
    async with running():
        (crate,) = await crates()
        await send(crate, {"n": 1}, destination="outside:1")
        bus.publish([Fact(kind="crate", subject=crate, root=crate, stage="waiting", shop=1, warehouse=1)])
        await until(everything_is_sent, seconds=5)
    assert delivered == [1]


async def test_two_worker_processes_share_the_work_and_end_in_good_order(clean: str, tmp_path: Path) -> None:
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "PYTHONPATH": str(ROOT / "backend"),
        "ORDERHUB_DATA": str(tmp_path),
        "ORDERHUB_SECRET": "a root key for tests, 32 bytes or more",
        "DATABASE_URL": clean,
    }
    start = (sys.executable, "-c", "from orderhub.cli import main; raise SystemExit(main())", "worker")
    pipe = asyncio.subprocess.PIPE
    workers = [await asyncio.create_subprocess_exec(*start, env=environment, stdout=pipe) for _ in range(2)]
    for worker in workers:
        assert worker.stdout
        assert await asyncio.wait_for(worker.stdout.readline(), 60) == b"the worker works\n"
    ids = await crates(50)
    await postgres.execute("update visits set due_at = now() - interval '1 minute'")
    await until(lambda: postgres.fetchval("select bool_and(late_at is not null) from visits"))
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    assert [await asyncio.wait_for(worker.wait(), 30) for worker in workers] == [0, 0]
    marked = (
        "select sum(n) from (select delta as n from stage_deltas where measure = 'late' union all "
        "select count from stage_counts where measure = 'late') as counted"
    )
    assert await postgres.fetchval(marked) == len(ids)
