"""A real Redis of a test. Where there is none a test is skipped, and says so; with CI=true that is a failure."""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tests.ports import free_port


class RedisServer:
    """`redis-server` on a free port, which forgets everything when it ends, as one without a disk does."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start it, and return when it answers."""
        await asyncio.to_thread(self._open)
        async with asyncio.timeout(10):
            while not await self._answers():  # noqa: ASYNC110 - whatever it does is not ours to signal
                await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Kill it; what it held is lost."""
        if self._process is not None:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)
            self._process = None

    def freeze(self) -> None:
        """Let it hang: it takes connections, and answers nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def client(self) -> Redis:
        """Return a client to look into it with."""
        return Redis.from_url(self.url, protocol=2)

    def _open(self) -> None:
        where = ("--port", str(self.port), "--bind", "127.0.0.1")
        command = [_program(), *where, "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd="/")

    async def _answers(self) -> bool:
        client = self.client()
        try:
            return bool(await client.ping())
        except (RedisError, OSError):
            return False
        finally:
            await client.aclose()


@pytest_asyncio.fixture(loop_scope="session")
async def redis() -> AsyncIterator[RedisServer]:
    """A running Redis that no other test uses."""
    server = RedisServer()
    await server.start()
    yield server
    await server.stop()


def _program() -> str:
    found = shutil.which("redis-server")
    if found is not None:
        return found
    reason = "expected redis-server in PATH (Debian: apt-get install redis-server)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
