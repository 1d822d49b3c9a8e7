"""What is called, as a process of its own: the hub as its users start it, or a ceiling."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from tests.bench.houses import House

CEILINGS = Path(__file__).parent / "ceilings"
ROOT_KEY = b"the root key of benchmarks: it seals nothing that anybody owns"


class Served:
    """One web process that listens."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.port = port
        self._process = psutil.Process(process.pid)

    @property
    def cpu_seconds(self) -> float:
        """How long it has been on a core, all in all."""
        times = self._process.cpu_times()
        return float(times.user + times.system)

    @property
    def resident_bytes(self) -> int:
        """How much memory it holds."""
        return int(self._process.memory_info().rss)


@asynccontextmanager
async def hub(house: House) -> AsyncIterator[Served]:
    """Serve a database: one web process, no worker beside it."""
    with tempfile.TemporaryDirectory() as data:
        port = free_port()
        environment = {
            "DATABASE_URL": house.url,
            "ORDERHUB_SECRET": ROOT_KEY.hex(),
            "ORDERHUB_DATA": data,
            "ORDERHUB_PORT": str(port),
            "ORDERHUB_LOG_LEVEL": "ERROR",
        }
        command = (sys.executable, "-c", "from orderhub.cli import main; main()", "serve", "--no-worker")
        async with _served(command, port, environment) as served:
            yield served


@asynccontextmanager
async def ceiling(name: str, *arguments: str) -> AsyncIterator[Served]:
    """Serve a file of tests/bench/ceilings."""
    port = free_port()
    async with _served((sys.executable, str(CEILINGS / name), str(port), *arguments), port, {}) as served:
        yield served


@asynccontextmanager
async def _served(command: Sequence[str], port: int, environment: Mapping[str, str]) -> AsyncIterator[Served]:
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=log)  # noqa: ASYNC220
        try:
            await answering(port, process.poll)
            yield Served(process, port)
        except Exception:
            log.seek(0)
            sys.stderr.buffer.write(log.read()[-4_000:])
            raise
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait, 30)


async def answering(port: int, ended: Callable[[], int | None]) -> None:
    """Wait until something listens there; ``ended`` tells the exit code of what should."""
    async with asyncio.timeout(60):
        while True:
            if (code := ended()) is not None:
                raise RuntimeError(f"it ended with exit code {code}")
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            return


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
