"""Sending through a real door: order kept, trouble outlived, nothing sent twice that was acknowledged."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orderhub.intake.generic.shape import Message, Order
from orderhub.intake.replaying.delivering import Door, knock
from orderhub.intake.replaying.progress import Progress
from orderhub.intake.replaying.refusals import DoorClosed, DoorUnreachable
from orderhub.intake.replaying.replayed import Replayed
from orderhub.intake.replaying.sender import Outcome, Sender
from tests.intake.replaying.door import KEY, open_door

START = datetime(2026, 3, 9, 12, tzinfo=UTC)


def messages(count: int, *, orders: int) -> list[Replayed]:
    """One message a minute, going round the orders."""
    found = []
    for n in range(count):
        at = START + timedelta(minutes=n)
        message = Message(order=Order(number=f"A-{n % orders}", updated_at=at))
        found.append(Replayed(message_id=f"m-{n:04}", at=at, message=message))
    return found


async def no_pause(_seconds: float) -> None:
    """Tests do not wait."""


def sender(url: str, progress: Progress, **how: float) -> Sender:
    door = Door(
        url=url,
        keys=[KEY],
        connections=int(how.get("connections", 4)),
        patience_seconds=how.get("patience", 60),
    )
    return Sender(door, progress, pause=no_pause)


def forgetful() -> Progress:
    return Progress(None, digest="d", url="u")


async def test_everything_arrives_once_over_kept_connections() -> None:
    with open_door() as door:
        outcome = await sender(door.url, forgetful()).send(messages(200, orders=40))
    assert outcome == Outcome(acknowledged=200)
    assert set(door.attempts.values()) == {1}
    assert len(door.connections) <= 4


async def test_the_messages_of_one_order_stay_in_order_even_through_trouble() -> None:
    with open_door(lambda message_id, attempt: 202 if attempt > int(message_id[-1]) % 3 else 503) as door:
        outcome = await sender(door.url, forgetful()).send(messages(120, orders=7))
    assert outcome.acknowledged == 120
    assert outcome.retries > 0
    for number in {number for _, number in door.taken}:
        ids = [message_id for message_id, of in door.taken if of == number]
        assert ids == sorted(ids)


async def test_a_lost_connection_is_tried_again() -> None:
    with open_door(lambda _id, attempt: 202 if attempt > 1 else None) as door:
        outcome = await sender(door.url, forgetful()).send(messages(10, orders=3))
    assert (outcome.acknowledged, outcome.retries) == (10, 10)


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_a_refusal_of_one_message_is_counted_and_passed_over(status: int) -> None:
    with open_door(lambda message_id, _attempt: status if message_id == "m-0003" else 202) as door:
        outcome = await sender(door.url, forgetful()).send(messages(10, orders=3))
    assert (outcome.acknowledged, dict(outcome.refused)) == (9, {status: 1})


async def test_a_wrong_secret_ends_the_replay_at_once() -> None:
    with open_door() as door:
        other = Door(url=door.url, keys=[bytes(32)], connections=1)
        with pytest.raises(DoorClosed, match="401"):
            await Sender(other, forgetful(), pause=no_pause).send(messages(10, orders=3))
    assert door.taken == []


async def test_patience_ends_where_nobody_opens() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/intake/shop"
        with pytest.raises(DoorUnreachable, match="ConnectionRefused"):
            await sender(url, forgetful(), patience=0).send(messages(3, orders=3))


async def test_nobody_at_home_is_noticed_before_anything_is_sent() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/intake/shop"
        with pytest.raises(DoorUnreachable, match="ConnectionRefused"):
            await knock(Door(url=url, keys=[KEY]))
    with open_door() as door:
        await knock(Door(url=door.url, keys=[KEY]))
    assert door.taken == []


async def test_a_broken_off_replay_goes_on_where_it_stopped(tmp_path: Path) -> None:
    state = tmp_path / "state" / "replays.json"
    all_messages = messages(60, orders=10)

    def progress() -> Progress:
        return Progress(state, digest="d", url="the shop")

    with open_door(lambda message_id, _attempt: 202 if message_id < "m-0030" else 404) as door:
        with pytest.raises(DoorClosed):
            await sender(door.url, progress()).send(all_messages)
        reached = progress().mark
        assert 0 < reached <= 30
        door.mood = lambda _id, _attempt: 202
        outcome = await sender(door.url, progress()).send(all_messages)
    assert outcome.acknowledged == 60 - reached
    assert {message_id for message_id, _ in door.taken} == {message.message_id for message in all_messages}
    assert progress().mark == 0, "a replay that arrived begins anew"


async def test_at_some_speed_each_message_waits_for_its_time() -> None:
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(seconds)

    with open_door() as door:
        target = Door(url=door.url, keys=[KEY], connections=1, speed=60)
        await Sender(target, forgetful(), pause=note).send(messages(5, orders=5))
    assert [round(wait) for wait in waits] == [0, 1, 2, 3, 4]
