"""Browsers and programs that talk to the real app over ASGI, with cookies, forms and the tokens of its pages."""

import re
from functools import cache
from typing import Any, Self

import httpx

from orderhub import app, settings
from orderhub.accounts import sessions
from orderhub.kernel import postgres

HOST = "http://hub.test"


@cache
def hub(**environ: str) -> app.Hub:
    """The app as `serve` builds it, but for the database, which the tests open."""
    return app.create(settings.load({"ORDERHUB_DATA": "/nowhere", **environ}), lifespan=())


class Browser(httpx.AsyncClient):
    """A browser: keeps cookies, names its origin, reads pages in English, posts forms with their token."""

    def __init__(
        self, *, app: app.Hub | None = None, base_url: str = HOST, address: str = "203.0.113.7"
    ) -> None:
        transport = httpx.ASGITransport(app or hub(), client=(address, 50000), raise_app_exceptions=False)
        headers = {"Accept": "text/html", "Accept-Language": "en"}
        super().__init__(transport=transport, base_url=base_url, headers=headers)

    async def submit(self, path: str, *, to: str | None = None, **fields: Any) -> httpx.Response:
        """Open the page at a path and post a form of it, with the token the page holds."""
        return await self.send_form(to or path, await self.open_form(path), **fields)

    async def open_form(self, path: str) -> str:
        """Open the page at a path, and return the token of its form."""
        page = await self.get(path)
        token = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)
        assert token, f"{path} has no form:\n{page.text}"
        return token[1]

    async def send_form(self, to: str, token: str, **fields: Any) -> httpx.Response:
        """Post a form that was opened."""
        origin = {"Origin": str(self.base_url).rstrip("/")}
        return await self.post(to, data={"_csrf_token": token, **fields}, headers=origin)

    async def sign_in(self, login: str, password: str) -> httpx.Response:
        """Sign in through the form."""
        return await self.submit("/sign-in", login=login, password=password)

    async def arrive(self, person_id: int) -> Self:
        """Be signed in, without the form and the work of a password."""
        async with postgres.transaction() as tx:
            token = await sessions.open_session(tx, person_id, device="0" * 32, agent=None, ip=None)
        self.cookies.set("session", token, domain="hub.test")
        return self

    async def form_token(self) -> str:
        """Return the token a script of ours would send in a header."""
        page = await self.get("/me")
        found = re.search(r'"x-csrftoken":"([^"]+)"', page.text)
        assert found
        return found[1]


class Program(httpx.AsyncClient):
    """A program with a bearer token, or none."""

    def __init__(self, token: str | None = None, *, app: app.Hub | None = None) -> None:
        headers = {"Accept": "application/json", "Accept-Language": "en"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        transport = httpx.ASGITransport(app or hub(), raise_app_exceptions=False)
        super().__init__(transport=transport, base_url=HOST, headers=headers)
