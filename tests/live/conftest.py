"""The house and its board."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from orderhub.kernel import views
from orderhub.live.raw import SocketProtocol
from tests.live.house import Board, House


@pytest_asyncio.fixture(loop_scope="session")
async def board(clean: str, monkeypatch: pytest.MonkeyPatch) -> Board:
    """The only views there are in this test."""
    monkeypatch.setattr(views, "_views", {})
    board = Board()
    board.register()
    return board


@pytest_asyncio.fixture(loop_scope="session")
async def house(board: Board) -> AsyncIterator[House]:
    """A running server."""
    async with House().open() as house:
        yield house


@pytest_asyncio.fixture(loop_scope="session", params=["raw frames", "ASGI"])
async def any_house(board: Board, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """A running server, once with each way to a socket."""
    ws = SocketProtocol if request.param == "raw frames" else "websockets-sansio"
    async with House(ws=ws).open() as house:
        yield house
