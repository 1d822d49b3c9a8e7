"""The house and its board."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from orderhub.kernel import views
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
