"""The hub's way to many sockets, alone: door, hub, region and wire as they are, and a fragment that is there already.

``python -m tests.bench.fanning PORT FILE raw|asgi`` obeys and answers as ``ceilings/broadcast.py`` does.
"""

import asyncio
import json
import sys
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import uvicorn
import uvloop
from litestar import Litestar

from orderhub.kernel import postgres, views
from orderhub.kernel.actors import Actor
from orderhub.kernel.snapshots import Snapshot
from orderhub.kernel.views import Key, Rendered, View
from orderhub.live.door import door
from orderhub.live.hub import Hub, Limits
from orderhub.live.raw import SocketProtocol
from orderhub.live.watcher import Viewer

NAME = "bench.fragment"
_WAYS: dict[str, Any] = {"raw": SocketProtocol, "asgi": "websockets-sansio"}


class _Nobody:
    async def actors(self, sessions: Collection[str]) -> Mapping[str, Actor]:
        return {}


class _Fragment:
    """Stands for a rendering: the text is there, only its version is new each time."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.shown = 0

    async def render(self, *_: Any) -> str:
        return self._text

    def next(self) -> Rendered:
        self.shown += 1
        return Rendered(html=self._text, snapshot=Snapshot(self.shown, frozenset()))


async def main() -> None:
    """Serve until the input ends."""
    port, fragment, way = int(sys.argv[1]), _Fragment(Path(sys.argv[2]).read_text("utf-8")), sys.argv[3]
    views.register(View(name=NAME, roles=(views.ANYONE,), render=fragment.render))
    hub = Hub(_Nobody(), Limits(sockets_an_address=100_000))

    async def rendered(_: Key) -> Rendered:
        return fragment.next()

    views.render = rendered  # type: ignore[assignment]
    postgres.identity = lambda: "bench"  # there is no database here
    hub.start()
    app = Litestar(
        [door(hub, _viewer_of, origins=frozenset({"http://bench"}))], openapi_config=None, logging_config=None
    )
    config = uvicorn.Config(
        app, port=port, ws=_WAYS[way], ws_per_message_deflate=False, log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while line := await asyncio.to_thread(sys.stdin.readline):
        _, pause, count = line.split()
        print(json.dumps(await _show(hub, fragment, int(pause), int(count))), flush=True)
    server.should_exit = True
    await serving


async def _show(hub: Hub, fragment: _Fragment, pause: int, count: int) -> dict[str, Any]:
    (region,) = hub.regions.values()
    cpu, moments = time.process_time(), []
    for _ in range(count):
        moments.append(time.monotonic())
        await region._show(fragment.next())
        await asyncio.sleep(pause / 1000)
    return {"cpu": time.process_time() - cpu, "moments": moments, "sockets": len(region.watchers)}


async def _viewer_of(_: Any) -> Viewer:
    return Viewer(None, "address:bench", "en")


if __name__ == "__main__":
    uvloop.run(main())
