"""A load of requests from a process of its own, so that asking takes nothing from the process that answers.

``python -m tests.bench.calling PORT CONNECTIONS FILE``: sends every request of the file once (see ``write``), each connection
one after the other, and prints as JSON how long it took and what was answered.
"""

import asyncio
import struct
import sys
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httptools
import msgspec
import uvloop

_LENGTH = struct.Struct(">I")


class Called(msgspec.Struct, frozen=True):
    """What came of a load: seconds from the first request to the last answer, answers by status, seconds of each."""

    seconds: float
    statuses: dict[int, int]
    latencies: list[float]


def write(path: Path, requests: Iterable[bytes]) -> None:
    """Keep whole requests, as they go over the wire, in a file."""
    with path.open("wb") as file:
        for request in requests:
            file.write(_LENGTH.pack(len(request)) + request)


def request(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """Return a POST as it goes over the wire."""
    told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    return f"{head}{told}\r\n".encode() + body


async def call(port: int, connections: int, file: Path) -> Called:
    """Send a file from another process."""
    command = (sys.executable, "-m", "tests.bench.calling", str(port), str(connections), str(file))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the load broke off with exit code {process.returncode}")
    return msgspec.json.decode(said, type=Called, strict=False)


class _Caller(asyncio.Protocol):
    """One connection: asks for the next request as soon as it has its answer."""

    def __init__(self, waiting: deque[bytes], done: asyncio.Future[None]) -> None:
        self.statuses: Counter[int] = Counter()
        self.latencies: list[float] = []
        self._waiting, self._done, self._sent_at = waiting, done, 0.0
        self._parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def begin(self) -> None:
        if not self._waiting:
            if not self._done.done():
                self._done.set_result(None)
            return
        self._sent_at = time.perf_counter()
        self._transport.write(self._waiting.popleft())

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self.latencies.append(time.perf_counter() - self._sent_at)
        self.statuses[self._parser.get_status_code()] += 1
        self._parser = httptools.HttpResponseParser(self)
        self.begin()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionResetError("hung up before answering"))


async def _send(port: int, connections: int, requests: list[bytes]) -> Called:
    loop = asyncio.get_running_loop()
    waiting, callers, ends = deque(requests), list[_Caller](), list[asyncio.Future[None]]()
    for _ in range(connections):
        ends.append(loop.create_future())
        _, caller = await loop.create_connection(lambda: _Caller(waiting, ends[-1]), "127.0.0.1", port)
        callers.append(caller)
    started = time.perf_counter()
    for caller in callers:
        caller.begin()
    await asyncio.gather(*ends)
    seconds = time.perf_counter() - started
    statuses = sum((caller.statuses for caller in callers), Counter[int]())
    return Called(seconds, dict(statuses), [taken for caller in callers for taken in caller.latencies])


def _requests(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        (length,) = _LENGTH.unpack_from(data, at)
        at += _LENGTH.size
        yield data[at : at + length]
        at += length


def main() -> None:
    """Read the arguments, send, print."""
    port, connections = int(sys.argv[1]), int(sys.argv[2])
    requests = list(_requests(Path(sys.argv[3]).read_bytes()))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        called = runner.run(_send(port, connections, requests))
    sys.stdout.buffer.write(msgspec.json.encode(called))


if __name__ == "__main__":
    main()
