"""The websocket at /live: who may come in, and what their page says."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import msgspec
from litestar import WebSocket, websocket
from litestar.connection import ASGIConnection
from litestar.exceptions import WebSocketDisconnect
from litestar.handlers import WebsocketRouteHandler

from orderhub.accounts import edge
from orderhub.accounts.access import PUBLIC
from orderhub.live import raw
from orderhub.live.hub import TRY_AGAIN_LATER, Hub
from orderhub.live.watcher import SESSION_OVER, Viewer, Watcher
from orderhub.observability import turns

logger = logging.getLogger(__name__)

PATH = "/live"
_WRONG_ORIGIN = 4403
_TOO_LONG = 1009
_TOO_MUCH = 1008
_MESSAGE_CHARACTERS = 16_384
_MESSAGES_AT_ONCE = 30
_MESSAGES_A_SECOND = 2.0

Connection: TypeAlias = ASGIConnection[Any, Any, Any, Any]
ViewerOf: TypeAlias = Callable[[Connection], Awaitable[Viewer | None]]


class Watch(msgspec.Struct):
    """What a page sends: every region it shows, and the version of each."""

    watch: list[str]
    versions: dict[str, str] = {}


_decoder = msgspec.json.Decoder(Watch)


def door(hub: Hub, viewer_of: ViewerOf, *, origins: frozenset[str] = frozenset()) -> WebsocketRouteHandler:
    """Return the handler. Pages of this very host may connect, and those of further ``origins`` ("https://name")."""

    @websocket(PATH, guards=[PUBLIC], websocket_class=raw.PlainSocket)
    async def live(socket: raw.PlainSocket) -> None:
        if not is_from_here(socket, origins):
            await socket.close(_WRONG_ORIGIN)
            return
        viewer = await viewer_of(socket)
        await socket.accept()
        if viewer is None:
            await socket.close(SESSION_OVER)
            return
        await _serve(hub, Watcher(viewer, raw.wire(socket.scope, socket.plain_send)), socket)

    return live


def is_from_here(connection: Connection, origins: frozenset[str]) -> bool:
    """Tell whether the page that connects is one of ours: every browser names its origin, and no page can forge it."""
    origin = connection.headers.get("origin")
    if origin is None or not (origin in origins or edge.same_origin(connection)):
        # Behind a proxy the host or the scheme may be lost: the operator has to see why no page is live.
        logger.warning("live connection refused: expected a page of this host, got one of %s", origin)
        return False
    return True


class _Allowance:
    """How many messages a page may still send: it fills up again by the second."""

    def __init__(self) -> None:
        self._left = float(_MESSAGES_AT_ONCE)
        self._at = asyncio.get_running_loop().time()

    def spend(self) -> bool:
        """Take one; False when none is left."""
        now = asyncio.get_running_loop().time()
        self._left = min(_MESSAGES_AT_ONCE, self._left + (now - self._at) * _MESSAGES_A_SECOND)
        self._at = now
        self._left -= 1
        return self._left >= 0


async def _serve(hub: Hub, watcher: Watcher, socket: WebSocket[Any, Any, Any]) -> None:
    if not hub.enter(watcher):
        await socket.close(TRY_AGAIN_LATER)
        return
    try:
        await _listen(hub, watcher, socket)
    except WebSocketDisconnect:
        pass
    except Exception:
        # Litestar does not log what a websocket handler raises.
        logger.exception("a live connection failed")
        raise
    finally:
        hub.exit(watcher)


async def _listen(hub: Hub, watcher: Watcher, socket: WebSocket[Any, Any, Any]) -> None:
    allowance = _Allowance()
    async for text in socket.iter_data("text"):
        turns.begin()
        if len(text) > _MESSAGE_CHARACTERS:
            watcher.close(_TOO_LONG)
        elif not allowance.spend():
            watcher.close(_TOO_MUCH)
        elif watcher.closing is None:
            _obey(hub, watcher, text)


def _obey(hub: Hub, watcher: Watcher, text: str) -> None:
    try:
        asked = _decoder.decode(text)
    except msgspec.DecodeError:
        return  # a page of another release may say things we do not know
    hub.watch(watcher, asked.watch, asked.versions)
