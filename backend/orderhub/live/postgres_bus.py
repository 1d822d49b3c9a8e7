"""The bus over PostgreSQL's LISTEN and NOTIFY: the way between processes where there is no Redis."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import msgspec

from orderhub.kernel import bus, postgres
from orderhub.kernel.bus import Message
from orderhub.live.line import Line

CHANNEL = "orderhub_facts"
QUIET = "[]"  # said where there is nothing to say
CHUNK_BYTES = 7_900  # PostgreSQL refuses 8,000
_SECONDS = 10.0  # between two pings of the listening connection, and for any statement to be answered

_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(list[Message])


class PostgresBus(Line):
    """Sends from a connection of its own, and listens on another; both come back by themselves.

    ``on_gap`` is called whenever something may have been missed: listening broke or began, a message was unreadable.
    """

    def __init__(self, *, on_gap: Callable[[], None]) -> None:
        super().__init__(needed=True)
        self._on_gap = on_gap
        self._own_pid: int | None = None

    async def _send(self) -> None:
        connection = await postgres.connect()
        try:
            # A NOTIFY writes nothing that outlives the server, so its commit need not wait for the disk.
            await connection.execute("set synchronous_commit = off")
            self._own_pid = connection.get_server_pid()
            while True:
                batch = await self._waiting.next()
                self.echo.said()
                said = "select pg_notify($1, chunk) from unnest($2::text[]) as chunk"
                await connection.execute(said, CHANNEL, list(chunks(batch)) or [QUIET], timeout=_SECONDS)
                self._waiting.sent(batch)
        finally:
            connection.terminate()

    async def _listen(self) -> None:
        connection = await postgres.connect()
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _connection: lost.set())
        try:
            await connection.add_listener(CHANNEL, self._heard)
            self._on_gap()
            while not lost.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(lost.wait(), _SECONDS)
                await connection.execute("select 1", timeout=_SECONDS)
        finally:
            self._on_gap()
            connection.terminate()

    def _heard(self, _connection: postgres.Connection, pid: int, _channel: str, payload: str) -> None:
        if pid == self._own_pid:
            self.echo.heard()
            return  # told to this process when it was published
        try:
            messages = decoded(payload)
        except msgspec.DecodeError:  # from a release that knows more kinds of messages
            self._on_gap()
        else:
            if messages:
                bus.hear(messages)


def chunks(messages: Sequence[Message]) -> Iterator[str]:
    """Yield JSON arrays of messages, each short enough for one NOTIFY."""
    parts: list[str] = []
    length = 0
    for part in (_encode(message) for message in messages):
        length += len(part) + 2
        if length > CHUNK_BYTES and parts:
            yield f"[{','.join(parts)}]"
            parts, length = [], len(part) + 2
        parts.append(part.decode())
    if parts:
        yield f"[{','.join(parts)}]"


def decoded(chunk: str | bytes) -> list[Message]:
    """Return the messages of a chunk."""
    return _decoder.decode(chunk)
