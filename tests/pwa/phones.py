"""A phone in somebody's hand, and the hub it talks to, which a test may hold back and update."""

import asyncio
import contextlib
import socket
from typing import Any, Self

import uvicorn
from playwright.async_api import BrowserContext, Page, expect
from playwright.async_api import Error as PageIsGoing

from orderhub import app, settings
from orderhub.accounts import sessions
from orderhub.front import installing
from orderhub.kernel import postgres
from tests.waiting import until

READY = "navigator.serviceWorker.controller !== null"


class Hub:
    """The app as `serve` builds it, on the database of the test. Forms wait at ``open``, their answers at ``answers``."""

    def __init__(self) -> None:
        self.posts: list[str] = []
        self.open, self.answers = asyncio.Event(), asyncio.Event()
        self.open.set()
        self.answers.set()
        self._app = app.create(settings.load({"ORDERHUB_DATA": "/nowhere"}), lifespan=[app.live_pages])
        self._listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(
            self._answer,
            ws="websockets-sansio",
            log_config=None,
            timeout_graceful_shutdown=1,
            interface="asgi3",
        )
        self._server = uvicorn.Server(config)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        await until(lambda: self._server.started)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.open.set()
        self.answers.set()
        self._server.should_exit = True
        await self._serving

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return

        async def answer(event: Any) -> None:
            await self.answers.wait()
            await send(event)

        self.posts.append(scope["path"])
        await self.open.wait()
        await self._app(scope, receive, answer)


class Phone:
    """One phone with one tab."""

    def __init__(self, context: BrowserContext, page: Page, hub: Hub) -> None:
        self.context = context
        self.page = page
        self.hub = hub

    async def belongs_to(self, person_id: int) -> str:
        """Sign somebody in, without the form and the work of a password; returns the session's token."""
        async with postgres.transaction() as tx:
            token = await sessions.open_session(tx, person_id, device="0" * 32, agent=None, ip=None)
        await self.context.add_cookies([{"name": "session", "value": token, "url": self.hub.address}])
        return token

    async def opens(self, path: str) -> None:
        """Open a page, and wait until the worker answers for it."""
        await self.page.goto(path)
        await reads(self.page, READY, True)

    async def keeps(self, *paths: str) -> None:
        """Wait until exactly these pages are kept."""
        await reads(self.page, _KEPT, sorted(paths))

    async def loses_network(self) -> None:
        await self.context.set_offline(True)

    async def finds_network(self) -> None:
        await self.context.set_offline(False)


async def reads(page: Page, script: str, wanted: object) -> None:
    """Wait until a script says something. Playwright's own waiting evaluates, which our policy forbids."""
    said: object = None
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(20):
            while said != wanted:
                await asyncio.sleep(0.05)
                with contextlib.suppress(PageIsGoing):
                    said = await page.evaluate(script)
    assert said == wanted


async def is_offline_page(page: Page, tried: str = "read") -> None:
    """Expect the page for when there is none, with the part for what was tried."""
    await expect(page.locator(f"#tried-{tried}")).to_be_visible()


def new_release(monkeypatch: Any) -> None:
    """Let the hub serve another worker from now on, as after an update of it."""
    script = installing.worker_script().replace(b'"name":"', b'"name":"next-')
    monkeypatch.setattr(installing, "worker_script", lambda: script)


_KEPT = """async () => {
  const kept = [];
  for (const name of (await caches.keys()).filter(name => name.startsWith('pages-'))) {
    for (const {url} of await (await caches.open(name)).keys()) kept.push(url.slice(location.origin.length));
  }
  return kept.sort();
}"""
