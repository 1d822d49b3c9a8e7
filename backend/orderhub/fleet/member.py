"""A member of the fleet: one process, from its start until it has ended."""

import asyncio
import logging
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress

from orderhub.fleet.lifeline import READY

logger = logging.getLogger(__name__)

_PATIENCE_SECONDS = 25.0  # more than the process itself takes to end in order


class Member:
    """One process with its lifeline; it is not told of Ctrl+C, which the parent hears and passes on in its own time."""

    def __init__(
        self, process: asyncio.subprocess.Process, lifeline: socket.socket, *, on_ready: Callable[[], None]
    ) -> None:
        self.pid = process.pid
        self._process = process
        self._lifeline = lifeline
        self._on_ready = on_ready
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(
        cls,
        kind: str,
        *,
        listener: socket.socket,
        environment: Mapping[str, str],
        on_ready: Callable[[], None],
    ) -> "Member":
        """Start a process that does one kind of work; see ``orderhub.fleet.child``."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            inherited = (theirs.fileno(), listener.fileno())
            # -P: what lies in the folder we were started in is none of our modules.
            command = (sys.executable, "-P", "-m", "orderhub.fleet.child", kind, *map(str, inherited))
            process = await asyncio.create_subprocess_exec(
                *command, pass_fds=inherited, env=environment, start_new_session=True
            )
        return cls(process, ours, on_ready=on_ready)

    async def ended(self) -> int:
        """Return its exit code, when it has ended."""
        return await self._process.wait()

    def tell(self, ill: str) -> None:
        """Say which processes of the fleet are ill; "" for none."""
        with suppress(OSError):  # it has ended, or does not listen: it is told again at the next change
            self._lifeline.send(f"{ill}\n".encode())

    async def stop(self) -> None:
        """Let it end in order; cut it when that takes too long."""
        with suppress(ProcessLookupError):
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), _PATIENCE_SECONDS)
            except TimeoutError:
                logger.error("process %d did not end within %g s; it is killed", self.pid, _PATIENCE_SECONDS)
                self._process.kill()
                await self._process.wait()
        self.forget()

    def forget(self) -> None:
        """Let the lifeline go."""
        self._listening.cancel()
        self._lifeline.close()

    async def _listen(self) -> None:
        said = b""
        with suppress(ConnectionError):
            while heard := await asyncio.get_running_loop().sock_recv(self._lifeline, 64):
                said += heard
                if READY in said:
                    self._on_ready()
                    return
