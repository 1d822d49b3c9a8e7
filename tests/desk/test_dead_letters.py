"""Dead letters are seen by those they concern, and tried again when a person says so."""

from uuid import UUID

import msgspec
import pytest

from orderhub.desk import dead_letters
from orderhub.kernel import postgres
from orderhub.kernel.errors import NotAllowed, NotFound
from orderhub.kernel.ids import uuid7
from orderhub.kernel.outbox import DeliveryFailed
from orderhub.worker import leasing
from tests.kernel.crates import MANAGER, PACKER, crates, send

pytestmark = pytest.mark.usefixtures("clean")


async def dead_letter(*, shop_id: int = 1) -> UUID:
    """A letter that died, with another one waiting behind it."""
    (crate,) = await crates(shop_id=shop_id)
    await send(crate, {"n": 1}, {"n": 2}, destination=f"test:{crate}")
    (letter,) = await leasing.lease(f"test:{crate}", most=1)
    await leasing.settle_failed(letter, DeliveryFailed("no such address", permanent=True))
    return letter.id


async def test_dead_letters_are_listed_with_the_reason_within_the_shops_of_who_asks() -> None:
    here, there = await dead_letter(shop_id=1), await dead_letter(shop_id=2)
    async with postgres.transaction() as tx:
        everything = await dead_letters.dead_letters(tx, None)
        (mine,) = await dead_letters.dead_letters(tx, {2})
    assert [letter.id for letter in everything] == [here, there]
    assert (mine.id, mine.error, mine.attempts) == (there, "no such address", 1)


async def test_a_replayed_letter_leaves_and_so_does_the_one_behind_it() -> None:
    letter = await dead_letter()
    assert await dead_letters.replay([letter], actor=MANAGER, why="address corrected") == 1
    bodies = []
    for _ in range(2):
        (destination,) = await leasing.waiting()
        (leased,) = await leasing.lease(destination, most=5)
        bodies.append((leased.body["n"], leased.attempts))
        await leasing.settle_sent(leased)
    assert bodies == [(1, 1), (2, 1)]


async def test_the_ledger_tells_who_replayed_what_and_why() -> None:
    letter = await dead_letter()
    for _ in range(2):
        await dead_letters.replay([letter], actor=MANAGER, why="address corrected")
    (row,) = await postgres.fetch("select body from ledger where stream = 'outbox'")
    entry = msgspec.json.decode(row["body"])
    assert (entry["action"], entry["who"]["id"], entry["why"]) == (
        "letters.replayed",
        MANAGER.id,
        "address corrected",
    )
    assert [change["field"] for change in entry["changes"]] == [f"letter.{letter}.dead_at"]


async def test_a_packer_cannot_replay_and_a_manager_only_in_their_shops() -> None:
    letter = await dead_letter(shop_id=2)
    with pytest.raises(NotAllowed):
        await dead_letters.replay([letter], actor=PACKER)
    elsewhere = msgspec.structs.replace(MANAGER, shops=frozenset({1}))
    with pytest.raises(NotFound):
        await dead_letters.replay([letter], actor=elsewhere)
    with pytest.raises(NotFound):
        await dead_letters.replay([letter, uuid7()], actor=MANAGER)
    assert await leasing.waiting() == []
