"""`orderhub demo` as a process: it says who may sign in, ends in order, and goes on where it ended."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from orderhub import cli
from orderhub.demo.cast import PLAYERS
from orderhub.demo.founding import PASSWORD
from orderhub.kernel import postgres
from orderhub.storage.embedded import EmbeddedServer
from tests.folders import short_folder
from tests.ports import free_port
from tests.servers import elsewhere

_RUN = "import sys; from orderhub.cli import main; sys.exit(main())"


@pytest.fixture
def place() -> Iterator[SimpleNamespace]:
    """A new data folder, and a port nobody listens on."""
    port = free_port()
    with short_folder() as folder:
        yield SimpleNamespace(data=folder, port=port, url=f"http://127.0.0.1:{port}")


@contextmanager
def demo(place: SimpleNamespace, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The demo, and what it said; killed at the end if it still runs."""
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": str(Path(cli.__file__).parents[1]),
        "ORDERHUB_DATA": str(place.data),
        "ORDERHUB_PORT": str(place.port),
        "LANG": "zh_CN.UTF-8",
        "PYTHONIOENCODING": "utf-8",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, "demo", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )
    try:
        assert process.stdout is not None
        said = ""
        while "Ctrl-C" not in said and (line := process.stdout.readline()):
            said += line
        yield process, said
    finally:
        process.kill()
        process.communicate()


async def numbers(place: SimpleNamespace) -> set[str]:
    """The orders of the demo that runs."""
    async with elsewhere(EmbeddedServer(place.data / "demo").url):
        return {row["number"] for row in await postgres.fetch("select number from orders")}


async def test_it_says_who_may_sign_in_ends_in_order_and_goes_on_where_it_ended(
    place: SimpleNamespace,
) -> None:
    with demo(place) as (process, said):
        assert place.url in said
        assert PASSWORD in said
        assert all(one.login in said and one.name in said for one in PLAYERS)
        assert "仓库 成都仓" in said
        (journey,) = re.findall(rf"{place.url}/t/\S+", said)
        assert "▀" in said, "the link is there as a QR code, too"
        assert (await asyncio.to_thread(httpx.get, journey)).status_code == 200
        page = await asyncio.to_thread(httpx.get, f"{place.url}/sign-in")
        assert page.status_code == 200
        first = await numbers(place)
        assert len(first) > 10
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
        assert (process.returncode, rest) == (0, "")
    assert EmbeddedServer(place.data / "demo").postmaster() is None
    with demo(place) as (process, said):
        assert first <= await numbers(place)
        with demo(place) as (second, refused):
            assert second.wait(60) == 1
            assert str(place.port) in refused


async def test_it_refuses_to_be_seen_by_others(place: SimpleNamespace) -> None:
    with demo(place, "--host", "0.0.0.0") as (process, said):
        assert process.wait(60) == 1
    assert "0.0.0.0" in said
    assert not (place.data / "demo").exists()
