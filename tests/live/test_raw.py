"""Frames written by ourselves are what a browser reads, whatever their length."""

import pytest

from orderhub.kernel import bus
from orderhub.live.raw import RawWire
from orderhub.live.wire import AsgiWire, Frame
from tests.live.house import Board, House, receive, watch
from tests.live.test_hub import told
from tests.subjects_by_hand import open_subject
from tests.waiting import until


@pytest.mark.parametrize("length", [0, 90, 126, 65_000, 65_535, 65_536, 300_000])
async def test_a_fragment_of_any_length_arrives_whole(any_house: House, board: Board, length: int) -> None:
    board.filler = "拣" * (length // 3)
    async with any_house.connect(max_size=None) as page:
        await watch(page, "test.counts")
        assert (await receive(page)).endswith(f"nothing{board.filler}</section>")


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
def test_a_frame_says_how_long_it_is(length: int) -> None:
    raw = Frame("x" * length).raw
    head = {raw[1] < 126: 2, raw[1] == 126: 4, raw[1] == 127: 10}[True]
    size = raw[1] if head == 2 else int.from_bytes(raw[2:head])
    assert (raw[0], size, raw[head:]) == (0x81, length, b"x" * length)


async def test_the_short_way_is_taken_only_where_the_server_shows_its_sockets(
    any_house: House, request: pytest.FixtureRequest
) -> None:
    async with any_house.connect():
        await until(lambda: any_house.hub.watchers)
        (watcher,) = any_house.hub.watchers
        expected = RawWire if "raw" in request.node.name else AsgiWire
        assert type(watcher._wire) is expected


async def test_an_extension_that_was_agreed_upon_is_left_to_asgi(board: Board) -> None:
    house = House(deflate=True)
    async with house.open(), house.connect(compression="deflate") as page:
        await until(lambda: house.hub.watchers)
        (watcher,) = house.hub.watchers
        assert type(watcher._wire) is AsgiWire
        await watch(page, "test.counts")
        await receive(page)
        bus.publish([told(await open_subject())])
        assert "placed=1" in await receive(page)


def test_a_text_is_encoded_once_for_every_socket_it_goes_to() -> None:
    frame = Frame("<section>拣货中</section>")
    text = frame.event["text"]
    assert text == "<section>拣货中</section>"
    assert text.encode() is text.encode("utf-8")
    assert frame.raw.endswith(text.encode())
    assert text.encode("utf-16").decode("utf-16") == text
