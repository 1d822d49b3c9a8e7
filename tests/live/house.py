"""A real server on a real port with the live path, a view to watch, and people who watch it."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from typing import Any

import uvicorn
from litestar import Litestar
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from orderhub.kernel import views
from orderhub.kernel.actors import Actor
from orderhub.kernel.errors import NotFound
from orderhub.kernel.snapshots import Reading
from orderhub.kernel.views import Params, Scope, View
from orderhub.live.door import door
from orderhub.live.hub import Hub, Limits
from orderhub.live.raw import SocketProtocol
from orderhub.live.running import running
from orderhub.live.watcher import Viewer
from tests.waiting import until

LIMITS = Limits(
    sockets_a_session=3,
    sockets_an_address=2,
    regions_a_socket=4,
    beat_seconds=3600,
    care_seconds=0.02,
)


def person(number: int, *roles: str, shops: Collection[int] | None = None) -> Actor:
    """Somebody of the cast."""
    within = None if shops is None else frozenset(shops)
    return Actor(
        kind="person",
        id=f"person:{number}",
        name=f"P{number}",
        roles=frozenset(roles),
        shops=within,
        warehouses=None,
    )


PICKER = person(1, "warehouse")
SELLER = person(2, "sales", shops=[1])
BOSS = person(3, "admin")


class Sessions:
    """Who is signed in: a session is named by the token its page sends."""

    def __init__(self) -> None:
        self.open: dict[str, Actor] = {"picker": PICKER, "seller": SELLER, "boss": BOSS}
        self.asked = 0

    async def actors(self, sessions: Collection[str]) -> Mapping[str, Actor]:
        self.asked += 1
        return {session: self.open[session] for session in sessions if session in self.open}

    async def viewer_of(self, connection: Any) -> Viewer | None:
        lang = connection.query_params.get("lang", "en")
        name = connection.headers.get("x-session")
        if name is None:
            return Viewer(None, "address:127.0.0.1", lang)
        return Viewer(self.open[name], name, lang) if name in self.open else None


class Server(uvicorn.Server):
    """Uvicorn that leaves signals to the test run."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class House:
    """The running server."""

    def __init__(self, *, limits: Limits = LIMITS, ws: Any = SocketProtocol, deflate: bool = False) -> None:
        self.sessions = Sessions()
        self.hub = Hub(self.sessions, limits)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        self.host = f"127.0.0.1:{self.listener.getsockname()[1]}"
        app = Litestar(
            route_handlers=[
                door(self.hub, self.sessions.viewer_of, origins=frozenset({"https://hub.example"}))
            ],
            lifespan=[lambda _: running(self.hub)],
            openapi_config=None,
        )
        config = uvicorn.Config(app, ws=ws, ws_per_message_deflate=deflate, log_config=None)
        self.server = Server(config)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["House"]:
        """Serve until the block ends."""
        serving = asyncio.create_task(self.server.serve(sockets=[self.listener]))
        await until(lambda: self.server.started)
        try:
            yield self
        finally:
            self.server.should_exit = True
            await serving

    def connect(
        self, session: str | None = "boss", *, origin: str | None = "", lang: str = "en", **more: Any
    ) -> connect:
        """Open a socket as a page of this session would."""
        headers = {"x-session": session} if session else {}
        named = Origin(f"http://{self.host}" if origin == "" else origin) if origin is not None else None
        url = f"ws://{self.host}/live?lang={lang}"
        return connect(url, origin=named, additional_headers=headers, **more)


async def watch(page: ClientConnection, *names: str, versions: Mapping[str, str] | None = None) -> None:
    """Say what a page shows."""
    await page.send(json.dumps({"watch": names, "versions": versions or {}}))


async def closed_with(page: ClientConnection) -> int:
    """Read on until the server closes, and return the code."""
    try:
        while True:
            await receive(page)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006


async def receive(page: ClientConnection, *, seconds: float = 5.0) -> str:
    """Return the next frame."""
    async with asyncio.timeout(seconds):
        return str(await page.recv())


async def is_silent(page: ClientConnection, *, seconds: float = 0.15) -> bool:
    """Tell whether nothing comes for a while."""
    try:
        await receive(page, seconds=seconds)
    except TimeoutError:
        return True
    return False


class Board:
    """A view that counts orders by stage, and one of a single order; it notes every rendering."""

    def __init__(self) -> None:
        self.rendered: list[tuple[str, Scope, str]] = []
        self.filler = ""
        self.gate = asyncio.Event()
        self.gate.set()
        self.failing = False

    async def counts(self, reading: Reading, params: Params, scope: Scope, lang: str) -> str:
        rows = await reading.tx.fetch(
            "select stage, count(*) as n from subjects where $1::int[] is null or shop_id = any($1) group by 1 order by 1",
            None if scope.shops is None else sorted(scope.shops),
        )
        self.rendered.append(("counts", scope, lang))
        await self.gate.wait()
        if self.failing:
            self.failing = False
            raise ValueError("a broken rendering")
        text = ", ".join(f"{row['stage']}={row['n']}" for row in rows) or (
            "nothing" if lang == "en" else "无"
        )
        return f'<section id="board" data-version="{reading.version}">{text}{self.filler}</section>'

    async def order(self, reading: Reading, params: Params, scope: Scope, lang: str) -> str:
        row = await reading.tx.fetchrow(
            "select stage, shop_id from subjects where id::text = $1", params.get("order")
        )
        if row is None or not (scope.shops is None or row["shop_id"] in scope.shops):
            raise NotFound
        self.rendered.append(("order", scope, lang))
        return f'<section id="order" data-version="{reading.version}">{row["stage"]}</section>'

    def register(self) -> None:
        """Make the views known, as a domain's pages would."""
        people = ("warehouse", "sales")
        views.register(View(name="test.counts", roles=people, render=self.counts))
        views.register(View(name="test.order", roles=people, render=self.order, subject="order"))
        views.register(View(name="test.money", roles=("finance",), render=self.counts))
        views.register(View(name="test.map", roles=(views.ANYONE,), render=self.order, subject="order"))


def text_of(frame: str) -> str:
    """Return what a fragment says, without its element."""
    return frame.partition(">")[2].partition("<")[0]


def version_of(frame: str) -> str:
    """Return a fragment's version."""
    return frame.partition('data-version="')[2].partition('"')[0]
