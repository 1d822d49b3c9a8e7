"""Several web processes are one hub: what dies is started again, all end together, and the port is never closed."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import psutil
import pytest
import pytest_asyncio

from orderhub.storage.embedded import EmbeddedServer
from tests.asking import asking
from tests.fleet.hubs import Running, Served, becomes_well, running
from tests.waiting import until


@pytest_asyncio.fixture(loop_scope="session")
async def fleet(clean: str, tmp_path: Path) -> AsyncIterator[Served]:
    """Two web processes and a worker on the test's database, all well."""
    hub = Served(tmp_path, "--processes", "2", DATABASE_URL=clean)
    async with running(hub, until_it_says="OrderHub is on"):
        await becomes_well(hub)
        yield hub


async def answers(hub: Served, times: int = 1) -> None:
    """Every request is answered, each on a connection of its own."""
    for _ in range(times):
        async with asking(hub.address) as client:
            assert (await client.get("/healthz")).status_code == 200


def gone(processes: list[psutil.Process]) -> bool:
    return not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in processes)


async def test_a_web_process_that_is_killed_is_missed_named_and_followed_by_another(fleet: Served) -> None:
    killed, other = fleet.members("web")
    killed.kill()
    async with asyncio.timeout(30):
        while await fleet.ill() != {"processes": "web.1 is down"}:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)
    await until(lambda: len(fleet.members("web")) == 2, seconds=30)
    await answers(fleet, 5)
    await becomes_well(fleet)
    assert fleet.members("web")[0].pid == other.pid
    assert f"process {killed.pid} ended with -9" in fleet.log
    assert await fleet.processes_told_of() == {"web.1", "web.2", "worker.1"}, "by whichever is asked"


async def test_a_worker_that_is_killed_is_followed_by_another(fleet: Served) -> None:
    (killed,) = fleet.members("worker")
    killed.kill()
    await until(lambda: [one for one in fleet.members("worker") if one.pid != killed.pid], seconds=30)
    await becomes_well(fleet)


async def test_told_to_end_all_end_in_order(fleet: Served) -> None:
    members = fleet.members("web") + fleet.members("worker")
    assert len(members) == 3
    assert await fleet.end() == 0
    assert gone(members)
    with pytest.raises(httpx.ConnectError):
        await answers(fleet)
    assert "Traceback" not in fleet.log, fleet.log


async def test_when_the_parent_is_killed_its_processes_end_too(fleet: Served) -> None:
    members = fleet.members("web") + fleet.members("worker")
    fleet.process.kill()
    await until(lambda: gone(members), seconds=30)


async def test_hangup_replaces_every_process_and_nobody_is_turned_away(fleet: Served) -> None:
    before = {one.pid for one in fleet.members("web") + fleet.members("worker")}
    fleet.send(signal.SIGHUP)
    async with asyncio.timeout(60):
        while not fleet.says("all processes were replaced"):
            await answers(fleet)
    now = {one.pid for one in fleet.members("web") + fleet.members("worker")}
    assert len(now) == 3
    assert not before & now


async def test_told_to_end_while_it_is_being_renewed_it_leaves_nothing_behind(fleet: Served) -> None:
    fleet.send(signal.SIGHUP)
    before = fleet.members("web")
    await until(lambda: gone(before[:1]), seconds=30)
    members = [one for kind in ("web", "worker") for one in fleet.members(kind)]
    assert await fleet.end() == 0
    await until(lambda: gone(members))


async def test_told_to_end_while_it_still_starts_it_leaves_nothing_behind(clean: str, tmp_path: Path) -> None:
    hub = Served(tmp_path, "--processes", "2", DATABASE_URL=clean)
    await asyncio.to_thread(hub.open)
    await until(lambda: hub.members("web"), seconds=30)
    members = hub.members("web") + hub.members("worker")
    assert await hub.end() == 0
    await until(lambda: gone(members))


async def test_a_port_that_is_taken_is_refused_in_words(fleet: Served, clean: str, tmp_path: Path) -> None:
    second = Served(tmp_path / "second", "--processes", "2", "--port", str(fleet.port), DATABASE_URL=clean)
    await asyncio.to_thread(second.open)
    assert await asyncio.to_thread(second.process.wait, 60) == 1
    assert f"The hub cannot listen on 127.0.0.1:{fleet.port}" in second.log
    assert "Traceback" not in second.log
    assert await fleet.is_well()


async def test_more_processes_than_the_database_has_connections_for_are_refused(
    clean: str, tmp_path: Path
) -> None:
    hub = Served(tmp_path, "--processes", "16", DATABASE_URL=clean, ORDERHUB_CONNECTIONS="20")
    await asyncio.to_thread(hub.open)
    assert await asyncio.to_thread(hub.process.wait, 60) == 1
    assert "17 processes may open 22 each, 374 in all" in hub.log
    assert "Traceback" not in hub.log


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_the_embedded_database_lives_as_long_as_the_fleet(embedded_place: Path) -> None:
    hub = Served(embedded_place, "--processes", "2")
    async with running(hub, until_it_says="OrderHub is on"):
        await becomes_well(hub)
        server = EmbeddedServer(embedded_place).postmaster()
        for one in hub.members("web"):
            one.kill()
        await becomes_well(hub)
        assert EmbeddedServer(embedded_place).postmaster() == server
        assert server is not None
        psutil.Process(server).send_signal(signal.SIGQUIT)
        await until(lambda: EmbeddedServer(embedded_place).postmaster() not in (None, server), seconds=60)
        await becomes_well(hub)
        beside = Running(embedded_place, "worker")
        async with running(beside, until_it_says="the worker works"):
            assert await hub.end() == 0
            assert EmbeddedServer(embedded_place).postmaster() is not None, "the worker still uses it"
            assert await beside.end() == 0
    assert EmbeddedServer(embedded_place).postmaster() is None
