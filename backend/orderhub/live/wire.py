"""How bytes reach a socket: at once or not at all, so that no slow phone holds up the others.

The hub knows only ``Wire``; what stands behind it may write frames to the transport itself instead of asking ASGI.
"""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol, cast

import msgspec

_TEXT = 0x81  # the last frame of a text, and the only one

Send = Callable[[Any], Awaitable[None]]


class Frame:
    """One text message, put into shape once for every socket it goes to."""

    __slots__ = ("event", "raw")

    def __init__(self, text: str) -> None:
        encoded = text.encode()
        self.event = {"type": "websocket.send", "text": _Text(text, encoded)}
        self.raw = _framed(encoded)


class _Text(str):
    """A text that was encoded already: a server encodes what it is handed for every socket, 12 µs for a board's 7 kB."""

    __slots__ = ("_encoded",)
    _encoded: bytes

    def __new__(cls, text: str, encoded: bytes) -> "_Text":
        """Keep both."""
        made = super().__new__(cls, text)
        made._encoded = encoded
        return made

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        """Return what is there already, unless something else is asked for."""
        return self._encoded if encoding == "utf-8" else super().encode(encoding, errors)


def _framed(payload: bytes) -> bytes:
    """Return a whole, unmasked text frame: what it is, how long it is in as few bytes as do, what it says."""
    size = len(payload)
    if size < 126:
        return bytes((_TEXT, size)) + payload
    width, mark = (2, 126) if size < 1 << 16 else (8, 127)
    return bytes((_TEXT, mark)) + size.to_bytes(width) + payload


def control(**fields: Any) -> Frame:
    """Return a control frame: JSON, where a fragment is HTML."""
    return Frame(msgspec.json.encode(fields).decode())


class Wire(Protocol):
    """The way to one socket."""

    def post(self, frame: Frame) -> bool:
        """Hand over a frame without waiting; False when the peer reads too slowly to take it."""

    def close(self, code: int) -> bool:
        """Close without waiting; False when that is not possible yet."""


class AsgiWire:
    """Over ASGI's ``send``. Its coroutine is stepped once by hand: it finishes, or it would have to wait."""

    __slots__ = ("_send",)

    def __init__(self, send: Send) -> None:
        self._send = cast(Callable[[Any], Coroutine[Any, Any, None]], send)

    def post(self, frame: Frame) -> bool:
        """Hand over a frame."""
        return self._step(frame.event)

    def close(self, code: int) -> bool:
        """Send a close frame."""
        return self._step({"type": "websocket.close", "code": code})

    def _step(self, event: dict[str, Any]) -> bool:
        sending = self._send(event)
        try:
            sending.send(None)
        except StopIteration:
            return True
        except Exception:  # noqa: BLE001 - the peer is gone, whatever the server calls it; its handler leaves
            return True
        # The server waits for room before it writes anything, so nothing was sent.
        sending.close()
        return False
