"""A hub of its own: `orderhub serve` as a process, which a story may kill and start again."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from tests.asking import ask
from tests.ports import free_port
from tests.waiting import until

SECRET = b"a root key for tests, 32 bytes or more"


class ServedHub:
    """`orderhub serve` on a free port, on the database of the test."""

    def __init__(self, database: str, data: Path) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "DATABASE_URL": database,
            "ORDERHUB_SECRET": SECRET.hex(),
            "ORDERHUB_DATA": str(data),
            "ORDERHUB_PORT": str(self.port),
        }
        self._log = data / "serve.log"
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start it, and return when it answers."""
        command = [sys.executable, "-c", "from orderhub.cli import main; main()", "serve"]
        self._process = await asyncio.to_thread(self._open, command)
        await until(self._is_up, seconds=30)

    async def kill(self) -> None:
        """Kill it as a power cut would: no goodbye to anybody."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(self._process.wait)

    async def stop(self) -> None:
        """Let it end in order."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            await asyncio.to_thread(self._process.wait, 30)

    def _open(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)

    def _is_up(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._log.read_text()
        try:
            return ask(f"{self.address}/healthz", timeout=1).status_code == 200
        except httpx.HTTPError:
            return False
