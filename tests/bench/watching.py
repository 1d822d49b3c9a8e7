"""A thousand phones in a process of their own, each with one socket, which note when what came.

``python -m tests.bench.watching PORT FILE``: FILE holds JSON: a cookie (or nothing) for each socket, and the message that
each sends first. Prints ``ready`` once all are open and were sent something, and whatever came since once the input ends.
"""

import asyncio
import base64
import json
import os
import re
import struct
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import uvloop

_PING, _PONG = 9, 10  # RFC 6455, 5.2
_VERSION = re.compile(rb'data-version="[^"]*?\.(\d+)"')


class Seen(msgspec.Struct, frozen=True):
    """What one socket was sent: moments (CLOCK_MONOTONIC, seconds) and versions of fragments."""

    moments: list[float]
    versions: list[int]


class Phones:
    """The watching process, from the side of the benchmark."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def seen(self) -> list[Seen]:
        """Hang up all of them, and return what each has seen."""
        said, _ = await self._process.communicate(b"")
        return msgspec.json.decode(said, type=list[Seen])


@asynccontextmanager
async def phones(
    port: int, cookies: Sequence[str], first: str, *, expect: bool = True
) -> AsyncIterator[Phones]:
    """Open a socket for each cookie; ``expect``: each is sent something at once."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "phones.json"
        file.write_text(json.dumps({"cookies": list(cookies), "first": first, "expect": expect}))
        command = (sys.executable, "-m", "tests.bench.watching", str(port), str(file))
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=1 << 26)
        assert process.stdout is not None
        try:
            async with asyncio.timeout(120):
                if (said := await process.stdout.readline()) != b"ready\n":
                    raise RuntimeError(f"expected open sockets, got {said!r}")
            yield Phones(process)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


class Socket(asyncio.Protocol):
    """One phone: shakes hands, says what it shows, and takes what comes."""

    def __init__(self, cookie: str, port: int, first: bytes) -> None:
        self.moments: list[float] = []
        self.versions: list[int] = []
        self.open = asyncio.get_running_loop().create_future()
        self.told = asyncio.get_running_loop().create_future()
        self._hello, self._first, self._rest, self._shaken = _hello(cookie, port), first, bytearray(), False

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.write(self._hello)

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        self._rest += data
        if not self._shaken:
            head, found, rest = bytes(self._rest).partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.open.set_exception(ConnectionRefusedError(head[:200]))
                return
            self._shaken, self._rest = True, bytearray(rest)
            self.say(self._first)
            self.open.set_result(None)
        while self._rest:
            kind = self._rest[0] & 0x0F
            if (frame := self._frame()) is None:
                return
            if kind == _PING:
                self._answer(frame)  # as every browser does; who does not is hung up on
            else:
                self.take(frame, now)

    def take(self, frame: bytes, now: float) -> None:
        """Note one frame."""
        self.moments.append(now)
        if not self.told.done():
            self.told.set_result(None)
        found = _VERSION.search(frame)
        self.versions.append(int(found[1]) if found else 0)

    def say(self, text: bytes) -> None:
        """Send a text."""
        self._transport.write(_masked(text))

    def _answer(self, ping: bytes) -> None:
        self._transport.write(bytes((0x80 | _PONG,)) + _masked(ping)[1:])

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.open.done():
            self.open.set_exception(exc or ConnectionResetError())

    def _frame(self) -> bytes | None:
        if len(self._rest) < 2:
            return None
        size, at = self._rest[1], 2
        if size > 125:
            at = 4 if size == 126 else 10
            size = int.from_bytes(self._rest[2:at])
        if len(self._rest) < at + size:
            return None
        frame = bytes(self._rest[at : at + size])
        del self._rest[: at + size]
        return frame


def _hello(cookie: str, port: int) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    told = [
        "GET /live HTTP/1.1", f"host: 127.0.0.1:{port}", "upgrade: websocket", "connection: upgrade",
        f"origin: http://127.0.0.1:{port}", "sec-websocket-version: 13", f"sec-websocket-key: {key}",
    ]  # fmt: skip
    return "\r\n".join([*told, *([f"cookie: {cookie}"] if cookie else []), "", ""]).encode()


def _masked(payload: bytes) -> bytes:
    """A client's frame: text, masked with zeros, so that it reads as it is."""
    size = bytes((0x80 | len(payload),)) if len(payload) < 126 else b"\xfe" + struct.pack(">H", len(payload))
    return b"\x81" + size + bytes(4) + payload


async def main() -> None:
    """Open the sockets, wait, tell."""
    port, told = int(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
    loop, sockets = asyncio.get_running_loop(), list[Socket]()
    for cookie in told["cookies"]:
        make = partial(Socket, cookie, port, told["first"].encode())
        _, socket = await loop.create_connection(make, "127.0.0.1", port)
        await socket.open
        sockets.append(socket)
    if told["expect"]:
        await asyncio.gather(*(socket.told for socket in sockets))
    await asyncio.sleep(0.2)
    for socket in sockets:
        socket.moments.clear()
        socket.versions.clear()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    seen = [Seen(socket.moments, socket.versions) for socket in sockets]
    sys.stdout.buffer.write(msgspec.json.encode(seen))


if __name__ == "__main__":
    uvloop.run(main())
