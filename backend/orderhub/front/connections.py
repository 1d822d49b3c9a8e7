"""Connections: uvicorn's, with a short way for what comes by the thousands and needs neither a task nor the app's layers.

A request goes the short way where the app says so. Whatever turns out not to be plain there goes the ordinary way after
all, with everything that was read.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from uvicorn import Config
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

Scope: TypeAlias = Any
Cycle: TypeAlias = RequestResponseCycle
Answer: TypeAlias = Callable[[int, bytes, bytes], None]  # status, headers as they go over the wire, body

_UNASKED_SECONDS = 0.5  # who connected just before the end is still asking


class ShortWay(Protocol):
    """An app that answers some requests without being called as an app."""

    def is_short(self, scope: Scope) -> bool:
        """Tell whether a request may go this way, from its head."""

    def take(self, scope: Scope, body: bytes, *, answer: Answer, route: Callable[[], None]) -> None:
        """Take a whole request, and call ``answer`` some time, or ``route`` where it has to go the ordinary way.

        Whoever raises has called neither, and will not.
        """


class Connection(HttpToolsProtocol):
    """A connection that may take the short way, and that answers its first request even where the end came before it."""

    _read: tuple[Cycle, Any] | None = None  # a request that is being read for the short way

    def __init__(self, config: Config, *told: Any, **named: Any) -> None:
        super().__init__(config, *told, **named)
        self._short_way: ShortWay = config.app  # type: ignore[assignment]

    def shutdown(self) -> None:
        """End once what was asked is answered; uvicorn's own would hang up on who has connected and not yet asked."""
        asked: object = self.cycle  # which uvicorn's types leave no None for
        if asked is None:
            self.loop.call_later(_UNASKED_SECONDS, self._end)
        else:
            super().shutdown()

    def on_body(self, body: bytes) -> None:
        """Read on, as long as a request may become one for the short way."""
        super().on_body(body)
        # Reading has paused: only an app that takes what was read lets it go on.
        if self._read is not None and len(self._read[0].body) > HIGH_WATER_LIMIT:
            self._leave()

    def on_message_complete(self) -> None:
        """Take what was read whole."""
        super().on_message_complete()
        if self._read is not None and not self._read[0].more_body:
            self._take()

    def _start_asgi_task(self, cycle: Cycle, app: Any) -> None:
        plain = cycle.keep_alive and not cycle.waiting_for_100_continue and not self.flow.write_paused
        if not plain or app is not self.app or not self._short_way.is_short(cycle.scope):
            super()._start_asgi_task(cycle, app)
            return
        self._read = cycle, app
        if not cycle.more_body:  # it came behind another one, and was read meanwhile
            self._take()

    def _take(self) -> None:
        assert self._read is not None
        (cycle, app), self._read = self._read, None

        def answer(status: int, headers: bytes, body: bytes) -> None:
            # Neither the body nor, by a circle of references, the connection may outlive its request.
            done, cycle.on_response, cycle.body = cycle.on_response, lambda: None, bytearray()
            if cycle.disconnected:
                return
            told = [b"%b: %b\r\n" % pair for pair in self.server_state.default_headers]
            if not cycle.keep_alive:  # the end of this process has come meanwhile
                told.append(b"connection: close\r\n")
            length = b"content-length: %d\r\n\r\n" % len(body)
            self.transport.write(b"".join((STATUS_LINE[status], *told, headers, length, body)))
            cycle.response_started = cycle.response_complete = True
            if not cycle.keep_alive:
                self.transport.close()
            done()

        def route() -> None:
            super(Connection, self)._start_asgi_task(cycle, app)

        try:
            self._short_way.take(cycle.scope, bytes(cycle.body), answer=answer, route=route)
        except Exception:  # noqa: BLE001 - the parser would call the request invalid; the app says what is wrong
            route()

    def _leave(self) -> None:
        assert self._read is not None
        (cycle, app), self._read = self._read, None
        super()._start_asgi_task(cycle, app)

    def _end(self) -> None:
        if self in self.connections:  # it may have gone meanwhile, or become a socket
            super().shutdown()
