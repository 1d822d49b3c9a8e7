"""Thousands of pages in a process of their own, each with one socket, which keep what they show last of each region.

``python -m tests.bench.crowd PORT FILE``: FILE holds JSON: for each page its cookie and what it watches. Prints ``ready`` once
every page was sent everything it shows, and what became of each once the input ends.
"""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import uvloop

from tests.bench.watching import Socket

_ID = re.compile(rb'<section id="([^"]*)"')
_VERSION = re.compile(rb' data-version="[^"]*"')
_CLOCK = re.compile(rb'(<time [^>]*data-as="[^"]*"[^>]*>)[^<]*')
_AT_ONCE = 50
_PATIENCE_SECONDS = 300


class Page(msgspec.Struct, frozen=True):
    """One page that is open."""

    cookie: str
    watch: list[str]


class Shown(msgspec.Struct, frozen=True):
    """What became of a page: whether its socket was closed, how often it was told to resync, how many fragments came; and
    for each region (by its id) the digest of what it shows, and when that came (CLOCK_MONOTONIC, seconds)."""

    closed: bool
    resyncs: int
    fragments: int
    regions: dict[str, tuple[str, float]]


class Crowd:
    """The pages of one process, from the side of the benchmark."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def shown(self) -> list[Shown]:
        """Close all of them, and return what each showed last."""
        said, _ = await self._process.communicate(b"")
        return msgspec.json.decode(said, type=list[Shown])


@asynccontextmanager
async def crowd(port: int, pages: Sequence[Page]) -> AsyncIterator[Crowd]:
    """Open pages in a process of their own, until each shows everything it asked for."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "pages.json"
        file.write_bytes(msgspec.json.encode(pages))
        command = (sys.executable, "-m", "tests.bench.crowd", str(port), str(file))
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=1 << 26)
        assert process.stdout is not None
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                if (said := await process.stdout.readline()) != b"ready\n":
                    raise RuntimeError(f"expected open pages, got {said!r}")
            yield Crowd(process)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def read(html: bytes) -> tuple[str, str]:
    """Return the id of a region, and a digest of all it says but its version, and the words of times that the page's own
    script keeps right as they pass (`data-as`).
    """
    found = _ID.search(html)
    told = _CLOCK.sub(rb"\1", _VERSION.sub(b"", html, count=1))
    return found[1].decode() if found else "", blake2b(told, digest_size=16).hexdigest()


class _Open(Socket):
    def __init__(self, page: Page, port: int) -> None:
        self._watch = json.dumps({"watch": page.watch}).encode()
        super().__init__(page.cookie, port, self._watch)
        self.last: dict[bytes, tuple[bytes, float]] = {}
        self.closed, self.resyncs, self.fragments, self._wanted = False, 0, 0, len(page.watch)

    def take(self, frame: bytes, now: float) -> None:
        """Show a fragment, or do what a control frame says: a page that has to resync fetches what it shows anew."""
        found = _ID.match(frame)
        if found is None:
            if frame.startswith(b'{"resync"'):
                self.resyncs += 1
                self.say(self._watch)
            return
        self.fragments += 1
        self.last[found[1]] = frame, now
        if len(self.last) == self._wanted and not self.told.done():
            self.told.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        super().connection_lost(exc)

    @property
    def shown(self) -> Shown:
        regions = [(read(frame), at) for frame, at in self.last.values()]
        told = {name: (digest, at) for (name, digest), at in regions}
        return Shown(self.closed, self.resyncs, self.fragments, told)


async def _opened(page: Page, port: int, few: asyncio.Semaphore) -> _Open:
    async with few:
        make = partial(_Open, page, port)
        _, socket = await asyncio.get_running_loop().create_connection(make, "127.0.0.1", port)
        await socket.open
        await socket.told
        return socket


async def main() -> None:
    """Open the pages, wait, tell."""
    port, told = int(sys.argv[1]), Path(sys.argv[2]).read_bytes()
    few = asyncio.Semaphore(_AT_ONCE)
    pages: Any = msgspec.json.decode(told, type=list[Page])
    sockets = await asyncio.gather(*(_opened(page, port, few) for page in pages))
    for socket in sockets:
        socket.resyncs = socket.fragments = 0
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    sys.stdout.buffer.write(msgspec.json.encode([socket.shown for socket in sockets]))


if __name__ == "__main__":
    uvloop.run(main())
