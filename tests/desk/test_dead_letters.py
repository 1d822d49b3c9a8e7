"""Dead letters are seen by those they concern, and tried again when a person says so."""

import ast
from collections.abc import Iterator, Sequence
from uuid import UUID

import msgspec
import pytest

from orderhub.desk.letters import dead_letters
from orderhub.desk.letters.dead_letters import DeadLetter
from orderhub.kernel import postgres
from orderhub.kernel.bus import Fact, Message
from orderhub.kernel.errors import NotAllowed, NotFound
from orderhub.kernel.ids import uuid7
from orderhub.kernel.views import Scope
from orderhub.rendering.catalogue import Said, words
from orderhub.rendering.languages import LANGUAGES
from orderhub.worker import leasing
from tests.architecture.code import modules
from tests.facts import heard as heard
from tests.kernel.crates import MANAGER, PACKER, crates
from tests.letters import dead_letter

pytestmark = pytest.mark.usefixtures("clean")

EVERYWHERE = Scope(None, None)


async def dead_crate(*, shop_id: int = 1, warehouse_id: int = 1) -> UUID:
    """A letter about a crate that died, with another one waiting behind it."""
    (crate,) = await crates(shop_id=shop_id, warehouse_id=warehouse_id)
    return await dead_letter(crate, error="no such address", behind=1)


async def listed(scope: Scope = EVERYWHERE) -> list[DeadLetter]:
    async with postgres.transaction() as tx:
        return list((await dead_letters.dead_letters(tx, scope)).rows)


async def test_dead_letters_are_listed_with_the_reason_within_the_shops_of_who_asks() -> None:
    here, there = await dead_crate(shop_id=1), await dead_crate(shop_id=2)
    (mine,) = await listed(Scope(frozenset({2}), None))
    assert [letter.id for letter in await listed()] == [here, there]
    assert (mine.id, mine.error, mine.attempts, mine.behind) == (there, "no such address", 1, 1)


async def test_whoever_keeps_one_warehouse_sees_the_letters_of_that_one() -> None:
    here, _ = await dead_crate(warehouse_id=1), await dead_crate(warehouse_id=2)
    assert [letter.id for letter in await listed(Scope(None, frozenset({1})))] == [here]


async def test_a_long_list_is_read_page_by_page() -> None:
    dead = [await dead_crate() for _ in range(dead_letters.PAGE + 1)]
    async with postgres.transaction() as tx:
        first = await dead_letters.dead_letters(tx, EVERYWHERE)
        second = await dead_letters.dead_letters(tx, EVERYWHERE, after=first.after)
    assert [letter.id for page in (first, second) for letter in page.rows] == dead
    assert (first.count, second.after) == (len(dead), None)


@pytest.mark.parametrize("code", sorted(dead_letters.WHY))
@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_reason_has_words(code: str, lang: str) -> None:
    (crate,) = await crates()
    await dead_letter(crate, error=f"{code}: 503")
    (letter,) = await listed()
    assert letter.why.key == f"dead_letters.why.{code}"
    assert words(lang).say(letter.why)


async def test_a_reason_nobody_knows_is_shown_as_it_is() -> None:
    await dead_crate()
    (letter,) = await listed()
    assert letter.why == Said("dead_letters.why.fault", {"got": "no such address"})


def test_every_delivery_that_fails_says_so_by_a_code_with_words() -> None:
    texts = [text for module in modules() for text in _reasons(module.tree)]
    assert {text.partition(":")[0] for text in texts} == dead_letters.WHY


def _reasons(tree: ast.Module) -> Iterator[str]:
    """What ``DeliveryFailed`` is called with, up to the first thing that is filled in."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "DeliveryFailed":
            reason = call.args[0].values[0] if isinstance(call.args[0], ast.JoinedStr) else call.args[0]
            assert isinstance(reason, ast.Constant), ast.unparse(call)
            yield str(reason.value)


async def test_who_looks_hears_of_a_death_and_of_a_revival(heard: list[Sequence[Message] | None]) -> None:
    letter = await dead_crate(shop_id=3)
    await dead_letters.replay([letter], actor=MANAGER)
    facts = [
        fact for said in heard for fact in said or () if isinstance(fact, Fact) and fact.kind == "letter"
    ]
    assert [(fact.subject, fact.stage, fact.shop) for fact in facts] == [
        (letter, "dead", 3),
        (letter, "waiting", 3),
    ]


async def test_a_replayed_letter_leaves_and_so_does_the_one_behind_it() -> None:
    letter = await dead_crate()
    assert await dead_letters.replay([letter], actor=MANAGER, why="address corrected") == 1
    bodies = []
    for _ in range(2):
        (destination,) = await leasing.waiting()
        (leased,) = await leasing.lease(destination, most=5)
        bodies.append((leased.body["n"], leased.attempts))
        await leasing.settle_sent(leased)
    assert bodies == [(1, 1), (2, 1)]


async def test_the_ledger_tells_who_replayed_what_and_why() -> None:
    letter = await dead_crate()
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
    letter = await dead_crate(shop_id=2)
    with pytest.raises(NotAllowed):
        await dead_letters.replay([letter], actor=PACKER)
    elsewhere = msgspec.structs.replace(MANAGER, shops=frozenset({1}))
    with pytest.raises(NotFound):
        await dead_letters.replay([letter], actor=elsewhere)
    with pytest.raises(NotFound):
        await dead_letters.replay([letter, uuid7()], actor=MANAGER)
    assert await leasing.waiting() == []
