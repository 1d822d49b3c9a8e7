"""The whole app: a person with a session of the database, the middleware of every request, and a page's socket."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator

import pytest_asyncio
import uvicorn
from websockets.asyncio.client import connect
from websockets.typing import Origin

from orderhub import app, settings
from orderhub.accounts import people as accounts_people
from orderhub.accounts import sign_in
from orderhub.kernel import postgres
from orderhub.kernel.actors import SYSTEM
from tests import people
from tests.live.house import Board, Server, closed_with, receive, text_of, watch
from tests.live.test_viewers import open_session
from tests.waiting import until


@pytest_asyncio.fixture(loop_scope="session")
async def host(board: Board) -> AsyncIterator[str]:
    """The host and port at which the app is served."""
    served = app.create(settings.load({}), lifespan=[app.live_pages])
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(uvicorn.Config(served, ws="websockets-sansio", log_config=None))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await until(lambda: server.started)
    yield f"127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await serving


async def test_a_signed_in_person_watches_until_they_sign_out(host: str) -> None:
    person = await people.hire("li", "warehouse", shops=[3])
    token = await open_session(person)
    headers = {"cookie": f"session={token}"}
    async with connect(
        f"ws://{host}/live", origin=Origin(f"http://{host}"), additional_headers=headers
    ) as page:
        await watch(page, "test.counts", "test.money")
        assert json.loads(await receive(page)) == {"unknown": ["test.money"]}
        assert text_of(await receive(page)) == "无"
        await sign_in.sign_out(token, actor=people.acting(person, "warehouse"))
        assert await closed_with(page) == 4401


async def test_a_person_with_other_roles_loads_the_page_anew(host: str) -> None:
    person = await people.hire("li", "warehouse")
    headers = {"cookie": f"session={await open_session(person)}"}
    async with connect(
        f"ws://{host}/live", origin=Origin(f"http://{host}"), additional_headers=headers
    ) as page:
        await watch(page, "test.counts")
        await receive(page)
        async with postgres.transaction() as tx:
            await accounts_people.amend(tx, person, accounts_people.Amendment(roles=["sales"]), actor=SYSTEM)
        assert await closed_with(page) == 4403
