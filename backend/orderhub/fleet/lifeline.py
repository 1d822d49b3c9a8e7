"""The lifeline: a pair of sockets between the fleet's parent and one of its processes, open as long as both live.

The process says over it that it is ready; the parent says which processes are ill. A process whose parent is gone, even
by kill -9, notices at once, and ends in order.
"""

import asyncio
import os
import signal
import socket

READY = b"ready\n"


class Lifeline:
    """The end of one process."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._ill: str | None = None
        self._loop: asyncio.Task[None] | None = None

    async def hold(self) -> None:
        """Begin to listen to the parent."""
        reader, self._writer = await asyncio.open_connection(sock=self._end)
        self._loop = asyncio.create_task(self._listen(reader))

    async def say_ready(self) -> None:
        """Tell the parent that this process does its work."""
        self._writer.write(READY)

    async def ill(self) -> str | None:
        """Say which processes of the fleet are ill, for ``/readyz``; None if none is."""
        return self._ill

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while line := await _line(reader):
            self._ill = line.decode().strip() or None
        os.kill(os.getpid(), signal.SIGTERM)


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readline()
    except ConnectionError:
        return b""
