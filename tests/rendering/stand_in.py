"""A hub for pages to talk to that does only what a test tells it: serves what it was given, and keeps what it was sent."""

import asyncio
import mimetypes
from typing import Any
from urllib.parse import parse_qs

import uvicorn

from orderhub.front.headers import POLICY
from orderhub.rendering import places
from tests.ports import free_port
from tests.waiting import until


class StandIn:
    """Serves over a real port. ``answers`` maps a path to (status, body); ``sockets`` holds every open websocket."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, str]] = {}
        self.headers: dict[str, str] = {}
        self.asked: list[str] = []
        self.posts: list[tuple[str, dict[str, str], dict[str, list[str]]]] = []
        self.sockets: list[Any] = []
        self.said: list[str] = []
        self.accepts = True
        self._port = free_port()
        self._server: uvicorn.Server | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Open the door."""
        config = uvicorn.Config(
            self._app,
            port=self._port,
            log_config=None,
            lifespan="off",
            interface="asgi3",
            ws="websockets-sansio",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        self._task = asyncio.create_task(self._server.serve())
        await until(lambda: self._server is not None and self._server.started)

    async def stop(self) -> None:
        """Close the door, and every socket."""
        if self._server is None or self._task is None:
            return
        for send in self.sockets:
            await send({"type": "websocket.close", "code": 1012})
        self._server.should_exit = True
        await self._task
        self._server = None

    async def say(self, text: str) -> None:
        """Send a text to every open socket."""
        for send in list(self.sockets):
            await send({"type": "websocket.send", "text": text})

    async def hang_up(self, code: int) -> None:
        """Close every open socket with a code."""
        for send in list(self.sockets):
            await send({"type": "websocket.close", "code": code})

    async def connected(self, times: int = 1) -> None:
        """Wait until pages have said what they watch so many times in all."""
        await until(lambda: len(self.said) >= times)

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await self._talk(receive, send)
        else:
            await self._answer(scope, receive, send)

    async def _talk(self, receive: Any, send: Any) -> None:
        await receive()
        if not self.accepts:
            await send({"type": "websocket.close", "code": 1013})
            return
        await send({"type": "websocket.accept"})
        self.sockets.append(send)
        while (event := await receive())["type"] == "websocket.receive":
            self.said.append(event["text"])
        self.sockets.remove(send)

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        self.asked.append(path)
        if scope["method"] == "POST":
            body = (await receive()).get("body", b"").decode()
            sent = {name.decode(): value.decode() for name, value in scope["headers"]}
            self.posts.append((path, sent, parse_qs(body, keep_blank_values=True)))
        status, content, kind = self._content(path)
        headers = {"content-type": kind, "content-security-policy": POLICY} | self.headers
        told = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": told})
        await send({"type": "http.response.body", "body": content})

    def _content(self, path: str) -> tuple[int, bytes, str]:
        if path.startswith("/assets/"):
            file = places.assets() / path.removeprefix("/assets/")
            return 200, file.read_bytes(), mimetypes.guess_type(file.name)[0] or "text/plain"
        status, text = self.answers.get(path, (404, ""))
        return status, text.encode(), "text/html; charset=utf-8"
