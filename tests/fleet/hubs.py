"""Hubs of several processes, as their users run them: real processes that a test may kill, with what they said."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psutil

from orderhub import cli
from tests.asking import asking
from tests.ports import free_port
from tests.waiting import until

PACKAGE = Path(cli.__file__).parent
SECRET = b"a root key for tests, 32 bytes or more"
_RUN = "import sys; from orderhub.cli import main; sys.exit(main())"


class Running:
    """One `orderhub` command, as a process of its own."""

    def __init__(self, data: Path, *command: str, **environment: str) -> None:
        data.mkdir(exist_ok=True)
        self._command = (sys.executable, "-c", _RUN, *command)
        self._log = data / f"{command[0]}-{id(self):x}.log"
        self._environment = {
            "PATH": os.defpath,
            "PYTHONPATH": str(PACKAGE.parent),
            "ORDERHUB_DATA": str(data),
            "ORDERHUB_SECRET": SECRET.hex(),
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """What it said so far."""
        return self._log.read_text() if self._log.exists() else ""

    def forget(self, name: str) -> None:
        """Leave a setting out."""
        del self._environment[name]

    def open(self) -> None:
        """Start it."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env=self._environment, stdout=log, stderr=log, cwd="/"
            )

    def says(self, words: str) -> bool:
        """Tell whether it has said this; it must not have ended before."""
        if words in self.log:
            return True
        assert self.process.poll() is None, self.log
        return False

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        assert self._process is not None
        return self._process

    def members(self, kind: str) -> list[psutil.Process]:
        """Its processes that do one kind of work, in the order of their start."""
        children = psutil.Process(self.process.pid).children()
        return sorted(
            (child for child in children if _kind(child) == kind), key=lambda child: child.create_time()
        )

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    async def end(self, *, seconds: float = 40) -> int:
        """Let it end in order, and return its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return await asyncio.to_thread(self.process.wait, seconds)

    def kill(self) -> None:
        """Kill it and everything it started."""
        if self._process is None:
            return
        ours = []
        if self._process.poll() is None:
            ours = psutil.Process(self._process.pid).children(recursive=True)
            self._process.kill()
        self._process.wait()
        for one in ours:
            if _kind(one):  # not the database server, which others may share
                one.kill()


class Served(Running):
    """`orderhub serve` on a free port."""

    def __init__(self, data: Path, *options: str, **environment: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        super().__init__(data, "serve", *options, ORDERHUB_PORT=str(self.port), **environment)

    async def ill(self) -> dict[str, str]:
        """What one of its processes says is ill; a fresh connection, so that it may be any of them."""
        async with asking(self.address) as client:
            answer = await client.get("/readyz")
        return dict(answer.json()["ill"])

    async def processes_told_of(self) -> set[str]:
        """The processes that tell their numbers in its /metrics, whichever of them is asked."""
        async with asking(self.address) as client:
            told = (await client.get("/metrics")).text
        return set(re.findall(r'^orderhub_process_up\{process="([^"]+)"\} 1.0$', told, flags=re.MULTILINE))

    async def is_well(self) -> bool:
        """Tell whether it answers, and names nothing that is ill."""
        try:
            return await self.ill() == {}
        except httpx.HTTPError:
            return False


@asynccontextmanager
async def running(hub: Running, *, until_it_says: str) -> AsyncIterator[None]:
    """Run a command until the block ends; whatever is left of it then is killed."""
    await asyncio.to_thread(hub.open)
    try:
        await until(lambda: hub.says(until_it_says), seconds=90)
        yield
    finally:
        await asyncio.to_thread(hub.kill)


async def becomes_well(hub: Served, *, seconds: float = 60) -> None:
    """Wait until nothing is ill there."""
    async with asyncio.timeout(seconds):
        while not await hub.is_well():  # noqa: ASYNC110 - it is another process
            await asyncio.sleep(0.1)


def _kind(process: psutil.Process) -> str | None:
    try:
        told = process.cmdline()
    except psutil.Error:
        return None
    at = told.index("orderhub.fleet.child") if "orderhub.fleet.child" in told else None
    return told[at + 1] if at is not None else None
