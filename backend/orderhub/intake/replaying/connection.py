"""One kept HTTP connection to a door, and no more than posting takes: a general client costs as much as the hub itself."""

import asyncio
import ssl
from collections.abc import Coroutine, Mapping
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httptools
import msgspec

T = TypeVar("T")

_SECONDS = 30.0


class Lost(Exception):
    """The connection could not be made, or broke off, or nothing was said for too long: no answer."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered. ``retry_after`` is the header of that name, empty if there was none."""

    status: int
    retry_after: str
    text: str


class Connection:
    """Posts to one address, one request after the other; connects when it has to."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        path = self._url._replace(scheme="", netloc="", fragment="").geturl() or "/"
        self._head = f"POST {path} HTTP/1.1\r\nhost: {self._url.netloc.rpartition('@')[2]}\r\n"
        self._wire: _Wire | None = None

    async def open(self) -> None:
        """Connect, to see whether anybody is there; raises Lost."""
        await self._tried(self._open())

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send one request and return its answer; raises Lost when there is none."""
        return await self._tried(self._ask(self._request(body, headers)))

    def close(self) -> None:
        """Hang up."""
        if self._wire is not None:
            self._wire.hang_up()
            self._wire = None

    async def _tried(self, what: Coroutine[Any, Any, T]) -> T:
        try:
            async with asyncio.timeout(_SECONDS):
                return await what
        except (OSError, httptools.HttpParserError) as error:
            self.close()
            raise Lost(f"{type(error).__name__} {error}".strip()) from None

    async def _ask(self, request: bytes) -> Answer:
        return await (await self._open()).ask(request)

    async def _open(self) -> "_Wire":
        if self._wire is not None and not self._wire.is_lost():
            return self._wire
        tls = _tls() if self._url.scheme == "https" else None
        port = self._url.port or (443 if tls else 80)
        loop = asyncio.get_running_loop()
        _, self._wire = await loop.create_connection(_Wire, self._url.hostname or "", port, ssl=tls)
        return self._wire

    def _request(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{self._head}content-length: {len(body)}\r\n{told}\r\n".encode("latin-1") + body


class _Wire(asyncio.Protocol):
    """The two ends of one exchange: what is written, and the future of what comes back."""

    def __init__(self) -> None:
        self._transport: Any = None
        self._answer: asyncio.Future[Answer] | None = None
        self._renew()

    async def ask(self, request: bytes) -> Answer:
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def is_lost(self) -> bool:
        return bool(self._transport.is_closing())

    def hang_up(self) -> None:
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._give(error)
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._give(exc or ConnectionResetError("hung up before answering"))

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"retry-after":
            self._retry_after = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        text = self._body.decode(errors="replace")
        answer = Answer(status=self._parser.get_status_code(), retry_after=self._retry_after, text=text)
        if not self._parser.should_keep_alive():
            self._transport.close()
        self._renew()
        self._give(answer)

    def _renew(self) -> None:
        self._parser, self._body, self._retry_after = httptools.HttpResponseParser(self), b"", ""

    def _give(self, said: Answer | Exception) -> None:
        answer, self._answer = self._answer, None
        if answer is None or answer.done():
            return
        if isinstance(said, Exception):
            answer.set_exception(said)
        else:
            answer.set_result(said)


@cache
def _tls() -> ssl.SSLContext:
    """Reading the certificates takes longer than a hundred messages: once for all connections."""
    return ssl.create_default_context()
