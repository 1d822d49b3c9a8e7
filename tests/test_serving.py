"""`orderhub serve` as a process: it says where it is, ends in order, survives kill -9, and refuses in words."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import asyncpg
import pytest

from orderhub import cli
from orderhub.storage.embedded import EmbeddedServer
from tests.asking import ask
from tests.folders import short_folder
from tests.ports import free_port
from tests.servers import Servers
from tests.waiting import until

PACKAGE = Path(cli.__file__).parent
_RUN = "import sys; from orderhub.cli import main; sys.exit(main())"


@pytest.fixture
def place() -> Iterator[SimpleNamespace]:
    """A new data folder, and a port nobody listens on."""
    port = free_port()
    with short_folder() as folder:
        yield SimpleNamespace(data=folder / "hub", port=port, url=f"http://127.0.0.1:{port}")


def serve(place: SimpleNamespace, *options: str, **more: str) -> subprocess.Popen[str]:
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": str(PACKAGE.parent),
        "ORDERHUB_DATA": str(place.data),
        "ORDERHUB_PORT": str(place.port),
        "ORDERHUB_LOG_LEVEL": "ERROR",
    }
    return subprocess.Popen(
        [sys.executable, "-c", _RUN, "serve", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment | more,
    )


@contextmanager
def serving(place: SimpleNamespace, *options: str) -> Iterator[subprocess.Popen[str]]:
    """The hub, answering; killed at the end if it still runs."""
    process = serve(place, *options)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"OrderHub is on {place.url}\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def set_up_link(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    found = re.search(r"http\S+$", process.stdout.readline())
    assert found
    return found[0]


def refused(process: subprocess.Popen[str]) -> str:
    """What a hub that did not start said; it must not be a traceback."""
    out, said = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert "Traceback" not in said
    return said


def test_it_serves_ends_in_order_and_takes_its_database_with_it(place: SimpleNamespace) -> None:
    with serving(place) as process:
        assert ask(f"{place.url}/healthz").status_code == 200
        assert ask(f"{place.url}/readyz").status_code == 200
        assert ask(set_up_link(process)).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert EmbeddedServer(place.data).postmaster() is None
    assert (place.data / "root.key").stat().st_mode & 0o777 == 0o600


def ill(place: SimpleNamespace) -> list[str]:
    return list(ask(f"{place.url}/readyz").json()["ill"])


async def test_one_process_is_a_whole_hub_and_may_leave_the_work_to_another(place: SimpleNamespace) -> None:
    with serving(place, "--no-worker"):
        assert ill(place) == ["worker"]
    with serving(place):
        await until(lambda: ill(place) == [])


def test_killed_it_leaves_its_database_and_the_next_one_attaches(place: SimpleNamespace) -> None:
    with serving(place) as process:
        running = EmbeddedServer(place.data).postmaster()
        process.send_signal(signal.SIGKILL)
    assert running is not None
    assert EmbeddedServer(place.data).postmaster() == running
    with serving(place):
        assert EmbeddedServer(place.data).postmaster() == running
        assert ask(f"{place.url}/readyz").status_code == 200


def test_a_second_one_on_the_same_port_is_refused_and_disturbs_nothing(place: SimpleNamespace) -> None:
    with serving(place) as process:
        link = set_up_link(process)
        assert str(place.port) in refused(serve(place))
        assert ask(link).status_code == 200


async def test_a_database_that_may_lose_orders_is_refused(servers: Servers, place: SimpleNamespace) -> None:
    url = await servers.empty_database("postgresql-15")
    administrator = await asyncpg.connect(url)
    name = await administrator.fetchval("select current_database()")
    await administrator.execute(f"alter database {name} set synchronous_commit = off")
    await administrator.close()
    said = refused(serve(place, DATABASE_URL=url))
    assert "expected synchronous_commit on, got off" in said
