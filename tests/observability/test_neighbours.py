"""One answer tells of every process of this machine: each lives, counts and dies on its own."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orderhub.observability import exposition, neighbours
from orderhub.observability.meters import Family
from tests.fleet.hubs import PACKAGE

CHILD = """
import asyncio, sys
from pathlib import Path
from orderhub.observability import neighbours
from orderhub.observability.meters import Counter

async def main():
    done = Counter("orderhub_test_done_total", "what a neighbour did")
    async with neighbours.telling(Path(sys.argv[1]), sys.argv[2]):
        done.add()
        print("tells", flush=True)
        await asyncio.to_thread(sys.stdin.readline)

asyncio.run(main())
"""


@contextmanager
def neighbour(folder: Path, kind: str = "worker") -> Iterator["subprocess.Popen[str]"]:
    """Another process of the hub, which has counted one thing."""
    command = [sys.executable, "-c", CHILD, str(folder), kind]
    environment = {"PATH": os.defpath, "PYTHONPATH": str(PACKAGE.parent)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "tells\n"
            yield child
        finally:
            child.kill()


def counted(told: list[Family] | None) -> list[float]:
    assert told is not None
    return [count for one in told if one.name == "orderhub_test_done_total" for _, (count,) in one.samples]


async def test_neighbours_are_told_of_by_name_and_forgotten_when_they_die(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    async with neighbours.telling(folder, "web"):
        with neighbour(folder), neighbour(folder) as second:
            told = await neighbours.told(folder)
            assert set(told) == {"web.1", "worker.1", "worker.2"}
            assert counted(told["worker.1"]) == counted(told["worker.2"]) == [1]
            second.kill()
            await asyncio.to_thread(second.wait)
            assert set(await neighbours.told(folder)) == {"web.1", "worker.1"}
            with neighbour(folder):
                assert set(await neighbours.told(folder)) == {"web.1", "worker.1", "worker.2"}
    assert list(folder.glob("web.*.socket")) == []


async def test_the_sockets_can_be_reached_by_nobody_else(tmp_path: Path) -> None:
    async with neighbours.telling(tmp_path / "metrics", "web"):
        assert (tmp_path / "metrics").stat().st_mode & 0o777 == 0o700


async def test_one_that_hangs_is_named_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "_PATIENCE_SECONDS", 0.05)
    hanging = asyncio.Event()

    async def hang(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hanging.wait()
        writer.close()

    async with await asyncio.start_unix_server(hang, path=tmp_path / "web.2.socket"):
        assert (await neighbours.told(tmp_path))["web.2"] is None
        hanging.set()


@pytest.mark.parametrize("name", ["x" * 120, "a file"])
async def test_where_no_socket_can_lie_the_hub_works_and_says_so(
    tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a file").touch()
    folder = tmp_path / name / "metrics"
    async with neighbours.telling(folder, "web"):
        assert set(await neighbours.told(folder)) == {neighbours.ALONE}
    assert "/metrics will not tell of this process" in caplog.text


def test_what_another_release_calls_by_the_same_name_is_not_mixed_in() -> None:
    old = Family("orderhub_x_total", "counter", "x", (), [((), (1.0,))])
    new = Family("orderhub_x_total", "counter", "x", ("why",), [(("late",), (2.0,))])
    text, _ = exposition.text([], {"web.1": [new], "web.2": [old]}, accept="")
    assert b'orderhub_x_total{process="web.1",why="late"} 2.0' in text
    assert b"web.2" not in text
