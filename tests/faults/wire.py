"""A wire between this process and PostgreSQL that a test may cut: it speaks enough of the protocol to know where it is.

A *step* is one thing the process asks and waits for: a simple query, or what it sends up to a Sync.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import parse_qs, quote, urlsplit

import asyncpg

Fault: TypeAlias = Callable[["Line"], Awaitable[None]]

_PORT = 5432


class Line:
    """One connection over the wire. ``pid`` is the server's process for it."""

    def __init__(self, wire: "Wire", here: "End", there: "End") -> None:
        self.wire, self._here, self._there = wire, here, there
        self.pid = 0
        self._is_mute = False

    async def run(self) -> None:
        """Carry messages both ways until one side ends."""
        ways = [asyncio.create_task(self._asking()), asyncio.create_task(self._answering())]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        self.cut()
        await asyncio.gather(*ways, return_exceptions=True)  # the other ends as well, now that nothing comes

    def cut(self) -> None:
        """Cut both ends, as a switch that loses power does."""
        self._here.cut()
        self._there.cut()

    def swallow(self) -> None:
        """Let what is asked now reach the server, and its answer nobody; then the line is dead."""
        self._is_mute = True

    async def _asking(self) -> None:
        await self._there.send(await self._here.opening())
        while True:
            kind, whole = await self._here.read()
            if kind in b"QS":
                await self.wire.step(self, whole)
            await self._there.send(whole)

    async def _answering(self) -> None:
        while True:
            kind, whole = await self._there.read()
            if kind == b"K":
                self.pid = int.from_bytes(whole[5:9])
            if not self._is_mute:
                await self._here.send(whole)
            elif kind == b"Z":
                return


class End:
    """One end of a line, read message by message."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def opening(self) -> bytes:
        """Read the first message of a client, which has no kind."""
        length = await self._reader.readexactly(4)
        return length + await self._reader.readexactly(int.from_bytes(length) - 4)

    async def read(self) -> tuple[bytes, bytes]:
        """Read one message; returns its kind, and all of it."""
        head = await self._reader.readexactly(5)
        return head[:1], head + await self._reader.readexactly(int.from_bytes(head[1:]) - 4)

    async def send(self, message: bytes) -> None:
        self._writer.write(message)
        await self._writer.drain()

    def cut(self) -> None:
        self._writer.transport.abort()


class Wire:
    """`async with Wire(url) as wire:` and let the process under test use ``wire.url``."""

    def __init__(self, url: str) -> None:
        self._url = url
        told = parse_qs(urlsplit(url).query)
        self._server = Path(told["host"][0]) / f".s.PGSQL.{_PORT}"
        self._folder = tempfile.TemporaryDirectory(prefix="orderhub-wire-")
        self.url = url.partition("?")[0] + f"?host={quote(self._folder.name)}"
        self._steps = 0
        self._at: Callable[[int, bytes], bool] | None = None
        self._fault: Fault | None = None
        self._lines: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> "Wire":
        path = f"{self._folder.name}/.s.PGSQL.{_PORT}"
        self._listening = await asyncio.start_unix_server(self._connected, path)
        self._killer = await asyncpg.connect(self._url)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listening.close()
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)
        await self._killer.close()
        self._folder.cleanup()

    def at_step(self, number: int, fault: Fault) -> None:
        """Let the fault happen at this step from now on, counted from 0; once."""
        self._steps, self._fault = 0, fault
        self._at = lambda step, _: step == number

    def at_commit(self, fault: Fault) -> None:
        """Let the fault happen at the next COMMIT; once."""
        self._fault, self._at = fault, lambda _, asked: asked[5:] == b"COMMIT\0"

    def has_happened(self) -> bool:
        """Tell whether the fault has happened; if not, it never will."""
        happened, self._at = self._at is None, None
        return happened

    async def step(self, line: Line, asked: bytes) -> None:
        """Note that a line asks for something, and let happen what was wished for here."""
        number, self._steps = self._steps, self._steps + 1
        if self._at is not None and self._fault is not None and self._at(number, asked):
            self._at = None
            await self._fault(line)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._lines.add(task)
        here, there = End(reader, writer), End(*await asyncio.open_unix_connection(self._server))
        try:
            await Line(self, here, there).run()
        finally:
            here.cut()
            there.cut()
            self._lines.discard(task)

    async def terminate(self, line: Line) -> None:
        """Let PostgreSQL end the session, as an administrator or a failover does."""
        assert await self._killer.fetchval("select pg_terminate_backend($1, 5000)", line.pid)


async def cut(line: Line) -> None:
    """The connection is gone before the server hears of this step."""
    line.cut()


async def lose_the_answer(line: Line) -> None:
    """The server does this step, and nobody hears of it."""
    line.swallow()
