"""Frames written straight to the socket, where the web server lets us: half the work of asking ASGI for each.

A text frame of a server is its bytes and their length (RFC 6455, 5.2), the same for every socket as long as no extension
was agreed upon, so it is made once. Where there is no such socket, `AsgiWire` does the same the ordinary way.
"""

from typing import Any, cast

from litestar import WebSocket
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from orderhub.live.wire import AsgiWire, Frame, Send, Wire

_KEY = "orderhub.socket"


class SocketProtocol(WebSocketsSansIOProtocol):
    """Uvicorn's websocket, which shows itself to the app that it serves."""

    is_full = False  # asked for each frame, so it is a plain attribute

    def pause_writing(self) -> None:
        """The peer reads too slowly."""
        super().pause_writing()
        self.is_full = True

    def resume_writing(self) -> None:
        """It has caught up."""
        super().resume_writing()
        self.is_full = False

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone; whatever is written goes nowhere."""
        super().connection_lost(exc)
        self.is_full = False

    async def run_asgi(self) -> None:
        """Serve one connection."""
        cast(dict[str, Any], self.scope)[_KEY] = self
        await super().run_asgi()


class PlainSocket(WebSocket[Any, Any, Any]):
    """Litestar's websocket, which keeps the server's own ``send``: the framework's asks for each message whether the peer
    is still there, which ``AsgiWire`` finds out by sending.
    """

    def __init__(self, scope: Any, receive: Any, send: Send) -> None:
        super().__init__(scope, receive, cast(Any, send))
        self.plain_send = send


class RawWire:
    """The way to one socket, past ASGI."""

    __slots__ = ("_asgi", "_protocol", "_transport")

    def __init__(self, protocol: SocketProtocol, send: Send) -> None:
        self._protocol, self._transport = protocol, protocol.transport
        self._asgi = AsgiWire(send)

    def post(self, frame: Frame) -> bool:
        """Hand over a frame."""
        if self._protocol.is_full:
            return False
        if not self._transport.is_closing():
            self._transport.write(frame.raw)
        return True

    def close(self, code: int) -> bool:
        """Send a close frame, of which the web server has to know."""
        return self._asgi.close(code)


def wire(scope: Any, send: Send) -> Wire:
    """Return the shortest way to a socket that was accepted."""
    protocol: SocketProtocol | None = scope.get(_KEY)
    if protocol is None or protocol.conn.extensions:
        return AsgiWire(send)
    return RawWire(protocol, send)
