"""A socket that reads too slowly holds nobody up, and knows that it missed something."""

import asyncio
import json
import socket

from websockets.asyncio.client import ClientConnection

from orderhub.kernel import bus
from orderhub.live.hub import Limits
from tests.live.house import Board, House, closed_with, receive, text_of, version_of, watch
from tests.live.test_hub import told
from tests.subjects_by_hand import open_subject
from tests.waiting import until


def _small_window(house: House) -> socket.socket:
    """A client's socket that takes little before the server has to wait."""
    connection = socket.create_connection(("127.0.0.1", house.listener.getsockname()[1]))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.setblocking(False)
    return connection


async def test_a_slow_socket_is_told_to_resync_and_nobody_waits_for_it(
    any_house: House, board: Board
) -> None:
    house = any_house
    board.filler = "x" * 50_000
    async with house.connect() as fast, house.connect(sock=_small_window(house), max_queue=1) as slow:
        for page in (fast, slow):
            await watch(page, "test.counts")
        await receive(fast)
        await until(lambda: len(house.hub.watchers) == 2)
        for number in range(1, 31):
            bus.publish([told(await open_subject())])
            frame = await receive(fast)
            assert text_of(frame).startswith(f"placed={number}x")
        assert any(watcher.behind_since is not None for watcher in house.hub.watchers)
        frames = await _read_on(slow)
        assert len(frames) < 30
        assert json.loads(frames[-1]) == {"resync": ["test.counts"]}
        board.filler = ""
        bus.publish([told(await open_subject())])
        assert version_of(await receive(slow)) > version_of(frame)


async def test_a_slow_socket_is_closed_when_it_never_catches_up(board: Board) -> None:
    board.filler = "x" * 50_000
    house = House(limits=Limits(beat_seconds=3600, care_seconds=0.02, behind_seconds=0.1))
    async with house.open(), house.connect(sock=_small_window(house), max_queue=1) as slow:
        await watch(slow, "test.counts")
        await until(lambda: house.hub.watchers)
        (watcher,) = house.hub.watchers
        while watcher.behind_since is None:
            bus.publish([told(await open_subject())])
            await asyncio.sleep(0.02)
        await until(lambda: watcher.closing == 1013)
        assert await closed_with(slow) == 1013
        await until(lambda: not house.hub.watchers)


async def _read_on(page: ClientConnection) -> list[str]:
    frames: list[str] = []
    while not (frames and frames[-1].startswith("{")):
        frames.append(await receive(page))
    return frames
