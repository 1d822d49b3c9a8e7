"""A move whose process is killed between COMMIT and telling anybody is seen on every page within three seconds."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from orderhub import app, settings
from orderhub.kernel import postgres
from orderhub.proof.verify import verify
from tests.live.test_viewers import open_session
from tests.people import hire
from tests.placed import draft, placed, shipment_of, shop
from tests.test_app import served

pytestmark = pytest.mark.usefixtures("clean")

_KILLED = """
import asyncio, os, signal, sys
from uuid import UUID

from orderhub import house
from orderhub.kernel import bus, postgres, secrets
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.moves import Move, move

async def main(url, parcel):
    secrets.open_root(b"a root key for tests, 32 bytes or more")
    await postgres.open(url)
    bus.publish = lambda messages: os.kill(os.getpid(), signal.SIGKILL)
    await move([Move(subject=UUID(parcel), transition="collect")], actor=SYSTEM)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest_asyncio.fixture(loop_scope="session")
async def address() -> AsyncIterator[str]:
    """Where the app is served with live pages."""
    async with served(app.create(settings.load({}), lifespan=[app.live_pages])) as address:
        yield address


async def _killed_while_collecting(url: str, parcel: UUID) -> None:
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": f"{root / 'backend'}{os.pathsep}{root}"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _KILLED, url, str(parcel), env=environment
    )
    assert await process.wait() == -9


async def _until_shown(page: ClientConnection, views: Sequence[str], word: str) -> None:
    """Read on until each of these regions has said the word, in whatever order; TimeoutError after three seconds."""
    waiting = {f'data-live="{view}"' for view in views}
    async with asyncio.timeout(3.0):
        while waiting:
            frame = str(await page.recv())
            waiting -= {region for region in waiting if region in frame and word in frame}


async def test_a_move_of_a_killed_process_is_seen_within_three_seconds(address: str, clean: str) -> None:
    (order,) = await placed([draft(await shop())])
    parcel = await shipment_of(order)
    headers = {"cookie": f"session={await open_session(await hire('chen', 'manager', language='en'))}"}
    views = ["board.counts", "orders.list", f"order.head?order={order}"]
    origin = Origin(address)
    async with connect(
        f"{address.replace('http', 'ws')}/live", origin=origin, additional_headers=headers
    ) as page:
        await page.send(json.dumps({"watch": views, "versions": {}}))
        await _until_shown(page, views, "Allocated")
        await _killed_while_collecting(clean, parcel)
        await _until_shown(page, views[1:], "Collected")
    assert await postgres.fetchval("select stage from subjects where id = $1", order) == "collected"
    assert (await verify()).findings == []
