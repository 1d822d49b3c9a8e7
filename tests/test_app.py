"""The whole app as a server serves it: over a real socket, with its database opened and closed by itself."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn

from orderhub import app, settings
from orderhub.kernel import pool, postgres
from tests.asking import asking
from tests.browsers import hub
from tests.people import PASSWORD, hire


@asynccontextmanager
async def served(wanted: app.Hub) -> AsyncIterator[str]:
    """Serve an app on a free port of this machine, as `orderhub serve` does."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(
                wanted,
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                ws="websockets-sansio",
            )
        )
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            assert not serving.done()
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


@pytest.mark.usefixtures("clean")
async def test_a_person_signs_in_over_a_real_connection() -> None:
    await hire("anna", "warehouse")
    async with (
        served(hub()) as address,
        asking(address, headers={"Accept": "text/html"}) as browser,
    ):
        page = await browser.get("/sign-in")
        token = page.text.partition('name="_csrf_token" value="')[2].partition('"')[0]
        answer = await browser.post(
            "/sign-in", data={"login": "anna", "password": PASSWORD, "_csrf_token": token}
        )
        assert answer.status_code == 303
        me = await browser.get("/me")
    assert me.status_code == 200
    assert "Anna" in me.text
    assert "127.0.0.1" in me.text
    assert "server" not in me.headers


@pytest.mark.usefixtures("clean")
async def test_long_pages_are_compressed_and_assets_not_twice() -> None:
    async with served(hub()) as address, asking(address) as browser:
        page = await browser.get("/sign-in", headers={"Accept": "text/html", "Accept-Encoding": "gzip"})
        schema = await browser.get("/schema", headers={"Accept-Encoding": "gzip"})
    assert page.headers["content-encoding"] == schema.headers["content-encoding"] == "gzip"
    assert page.text.startswith("<!doctype html>")


@pytest.mark.usefixtures("clean")
async def test_a_body_over_the_limit_is_refused_before_it_is_read() -> None:
    small = app.create(settings.load({"ORDERHUB_MAX_BODY_BYTES": "2048"}), lifespan=())
    async with served(small) as address, asking(address) as program:
        answer = await program.post(
            "/sign-in", data={"login": "a" * 5000}, headers={"Accept": "application/json"}
        )
    assert answer.status_code == 413
    assert answer.json()["expected"] == 2048


async def test_the_app_opens_migrates_and_closes_its_own_database(
    another_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "opened", None)
    environ = {"DATABASE_URL": another_database, "ORDERHUB_SECRET": "a root key for tests, 32 bytes or more"}
    own = app.create(settings.load(environ))
    async with served(own) as address, asking(address) as program:
        answer = await program.get("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (200, "ready")
        assert postgres.identity()
    assert pool.opened is None
