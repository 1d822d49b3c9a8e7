"""Pressing: what many do in one moment shares a transaction, and everybody keeps their own name, verdict and repeat."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest

from orderhub.desk import pressing
from orderhub.kernel import moves, postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.moves import Move, Verdict, Wish
from orderhub.proof.verify import verify
from tests.placed import draft, placed, shipment_of, shop

pytestmark = pytest.mark.usefixtures("clean")


class Transactions:
    """What was done together; a transaction with poison in it fails, as one does that meets a fault of ours."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self._move = moves.move_together

    async def move_together(self, wishes: Sequence[Wish]) -> list[list[Verdict]]:
        self.seen.append(len(wishes))
        if any(move.why == "poison" for wish in wishes for move in wish.moves):
            raise LookupError("a fault of ours")
        return await self._move(wishes)


@pytest.fixture
def transactions(monkeypatch: pytest.MonkeyPatch) -> Transactions:
    """Watches every transaction of moves."""
    watching = Transactions()
    monkeypatch.setattr(moves, "move_together", watching.move_together)
    return watching


def picker(number: int) -> Actor:
    return Actor(
        kind="person",
        id=f"picker-{number}",
        name=f"拣货 {number}",
        roles=frozenset({"warehouse"}),
        request_id=f"r{number}",
    )


async def parcels(count: int) -> list[UUID]:
    place = await shop()
    orders = await placed([draft(place, f"N{number}") for number in range(count)])
    return [await shipment_of(order) for order in orders]


def pick(parcel: UUID, *, key: str, why: str | None = None) -> list[Move]:
    return [Move(subject=parcel, transition="pick", key=key, why=why)]


async def test_forty_presses_in_one_moment_are_a_few_transactions_and_each_bears_its_own_name(
    transactions: Transactions,
) -> None:
    found = await parcels(40)
    presses = (pressing.make(pick(one, key="k"), actor=picker(n)) for n, one in enumerate(found))
    verdicts = await asyncio.gather(*presses)
    assert {verdict.stage for (verdict,) in verdicts} == {"picking"}
    assert sum(transactions.seen) == 40
    assert len(transactions.seen) <= 4
    rows = await postgres.fetch(
        """select body::jsonb -> 'who' ->> 'id' as who, body::jsonb ->> 'request' as request from ledger
           where stream = any($1::text[]) and body::jsonb ->> 'action' = 'move.pick'""",
        [f"subject:{one}" for one in found],
    )
    assert {(row["who"], row["request"]) for row in rows} == {(f"picker-{n}", f"r{n}") for n in range(40)}
    assert (await verify()).findings == []


async def test_of_two_who_press_for_the_same_parcel_one_wins_and_a_repeat_hears_the_first_answer() -> None:
    (parcel,) = await parcels(1)
    presses = [(1, "a"), (2, "b"), (1, "a"), (1, "c")]
    answers = await asyncio.gather(
        *(pressing.make(pick(parcel, key=key), actor=picker(who)) for who, key in presses)
    )
    first, other, repeat, late = (verdict for (verdict,) in answers)
    assert first.stage == "picking"
    assert repeat == first
    assert (other.refused, late.refused) == ("no_such_move", "no_such_move")


async def test_a_press_that_fails_fails_alone(transactions: Transactions) -> None:
    found = await parcels(9)
    bad, *good = (
        pressing.make(pick(one, key="k", why="poison" if n == 0 else None), actor=picker(n))
        for n, one in enumerate(found)
    )
    broken, *verdicts = await asyncio.gather(bad, *good, return_exceptions=True)
    assert isinstance(broken, LookupError)
    assert [verdict.stage for (verdict,) in verdicts] == ["picking"] * 8  # type: ignore[misc]
    assert len(transactions.seen) > 2, "the batch was halved until the press that fails stood alone"


async def test_what_could_not_be_repeated_and_what_is_long_have_transactions_of_their_own(
    transactions: Transactions,
) -> None:
    found = await parcels(10)
    keyless = [Move(subject=found[0], transition="pick")]
    many = [move for one in found[1:] for move in pick(one, key=str(one))]
    alone, all_nine = await asyncio.gather(
        pressing.make(keyless, actor=picker(1)), pressing.make(many, actor=picker(2))
    )
    assert [verdict.stage for verdict in [*alone, *all_nine]] == ["picking"] * 10
    assert transactions.seen == [1, 1]
