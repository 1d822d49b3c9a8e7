"""The cards of a role: late ones first, within the scope of who looks; each claimed by one person at most."""

import asyncio
from collections import Counter
from uuid import UUID

import msgspec
import pytest

from orderhub.desk import cards
from orderhub.desk.cards import Card
from orderhub.kernel import due, postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.errors import BadInput
from orderhub.kernel.ids import uuid7
from tests.kernel.crates import ANOTHER_PACKER, MANAGER, PACKER, after, crates, pack, visit_of

pytestmark = pytest.mark.usefixtures("clean")


async def shown(
    *,
    shops: set[int] | None = None,
    warehouses: set[int] | None = None,
    role: str = "warehouse",
    **more: object,
) -> list[Card]:
    async with postgres.transaction() as tx:
        return await cards.cards(tx, role, shops=shops, warehouses=warehouses, **more)  # type: ignore[arg-type]


async def visits(ids: list[UUID]) -> list[UUID]:
    return [await visit_of(crate) for crate in ids]


async def refusals(action: str, ids: list[UUID], actor: Actor) -> list[str | None]:
    verdicts = await getattr(cards, action)(await visits(ids), actor=actor)
    return [verdict.refused for verdict in verdicts]


async def test_late_cards_come_first_then_by_due_time_and_those_without_one_last() -> None:
    (packed,) = await crates()
    await pack([packed])
    with after(10):
        (later,) = await crates()
    (sooner,) = await crates()
    with after(-40):
        (late,) = await crates()
    await due.sweep()
    seen = await shown()
    assert [card.subject for card in seen] == [late, sooner, later, packed]
    assert [card.late_at is not None for card in seen] == [True, False, False, False]


async def test_only_the_cards_of_the_role_are_shown() -> None:
    await crates(2)
    assert await shown(role="finance") == []
    assert len(await shown(role="warehouse", stage="waiting")) == 2
    assert await shown(role="warehouse", stage="packed") == []


async def test_a_person_sees_the_cards_of_their_shops_and_warehouses() -> None:
    (here,) = await crates(shop_id=1, warehouse_id=1)
    (there,) = await crates(shop_id=1, warehouse_id=2)
    (other_shop,) = await crates(shop_id=2, warehouse_id=1)
    (nowhere,) = await crates(shop_id=1, warehouse_id=None)

    async def subjects(shops: set[int] | None, warehouses: set[int] | None) -> list[UUID]:
        return [card.subject for card in await shown(shops=shops, warehouses=warehouses)]

    assert await subjects(None, None) == [here, there, other_shop, nowhere]
    assert await subjects({1}, None) == [here, there, nowhere]
    assert await subjects(None, {1}) == [here, other_shop, nowhere]
    assert await subjects({1}, {2}) == [there, nowhere]
    assert await subjects(set(), {1}) == []


@pytest.mark.parametrize("warehouses", [None, {1, 2}])
async def test_pages_hold_every_card_once_in_one_order(warehouses: set[int] | None) -> None:
    await pack((await crates(4, warehouse_id=1))[:3])
    await pack((await crates(4, warehouse_id=2))[:1])
    everything = await shown(warehouses=warehouses)
    paged: list[Card] = []
    while page := await shown(warehouses=warehouses, limit=3, after=paged[-1].position if paged else None):
        paged += page
    assert paged == everything
    assert len(everything) == 8


async def test_a_position_that_is_none_is_refused() -> None:
    for wrong in ("~", "now~1", "infinity~1", f"2026-11-22~{uuid7()}'", f"{uuid7()}"):
        with pytest.raises(BadInput):
            await shown(after=wrong)


async def test_a_claimed_card_names_who_took_it_and_nobody_else_can() -> None:
    ids = await crates(2)
    assert await refusals("claim", ids, PACKER) == [None, None]
    (first, _) = await shown()
    assert (first.claimed_by, first.claimed_at is not None) == (PACKER.id, True)
    assert await refusals("claim", ids, ANOTHER_PACKER) == ["card_taken", "card_taken"]
    assert await refusals("claim", ids, PACKER) == [None, None], "taking what one has is no mistake"


async def test_a_released_card_is_free_again() -> None:
    (crate,) = await crates()
    await refusals("claim", [crate], PACKER)
    assert await refusals("release", [crate], ANOTHER_PACKER) == ["not_allowed"]
    assert await refusals("release", [crate], PACKER) == [None]
    assert await refusals("claim", [crate], ANOTHER_PACKER) == [None]
    assert await refusals("release", [crate], MANAGER) == [None], "a supervisor gives back anybody's card"
    (card,) = await shown()
    assert (card.claimed_by, card.claimed_at) == (None, None)


async def test_each_card_of_a_batch_has_its_own_verdict() -> None:
    taken, gone, foreign, free = await crates(4)
    foreign_visit = await visit_of(foreign)
    await postgres.execute("update visits set warehouse_id = 9 where id = $1", foreign_visit)
    batch = [*await visits([taken, gone, foreign, free]), uuid7()]
    await refusals("claim", [taken], ANOTHER_PACKER)
    await pack([gone])
    here = msgspec.structs.replace(PACKER, warehouses=frozenset({1}))
    verdicts = await cards.claim(batch, actor=here)
    assert [v.refused for v in verdicts] == ["card_taken", "visit_over", "not_found", None, "not_found"]
    assert verdicts[0].data == {"by": ANOTHER_PACKER.id}
    assert verdicts[1].data == {"stage": "packed"}


async def test_who_lacks_the_role_cannot_claim() -> None:
    (crate,) = await crates()
    clerk = Actor(kind="person", id="person:3", name="He", roles=frozenset({"finance"}))
    assert await refusals("claim", [crate], clerk) == ["not_allowed"]
    assert await refusals("claim", [crate], MANAGER) == [None], "a supervisor lends a hand"


async def test_of_two_people_who_claim_at_once_each_card_goes_to_one() -> None:
    ids = await crates(20)
    batch = await visits(ids)
    results = await asyncio.gather(
        *[cards.claim(batch[::step], actor=actor) for actor in (PACKER, ANOTHER_PACKER) for step in (1, -1)]
    )
    holders = Counter(card.claimed_by for card in await shown())
    assert sum(holders.values()) == 20
    assert None not in holders
    assert all(verdict.refused in (None, "card_taken") for result in results for verdict in result)


async def test_a_claim_shows_on_every_screen() -> None:
    (crate,) = await crates()
    asked = "select changed_xid::text from subjects where id = $1"
    before = await postgres.fetchval(asked, crate)
    await refusals("claim", [crate], PACKER)
    claimed = await postgres.fetchval(asked, crate)
    assert claimed != before
    await refusals("claim", [crate], PACKER)
    assert await postgres.fetchval(asked, crate) == claimed, "nothing changed, so nobody is told"


async def test_moving_on_ends_the_claim() -> None:
    (crate,) = await crates()
    await refusals("claim", [crate], PACKER)
    await pack([crate])
    (card,) = await shown()
    assert (card.stage, card.claimed_by) == ("packed", None)
