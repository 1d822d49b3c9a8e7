"""Links: made of the order, found without asking, replaced, over some day, and not to be guessed."""

import os
from base64 import urlsafe_b64encode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderhub.journey import links
from orderhub.journey.links import Link
from orderhub.journey.refusals import LinkExpired, LinkReplaced, UnknownLink
from orderhub.kernel import clock, postgres, secrets
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.changes import Edit
from orderhub.kernel.ids import uuid7
from orderhub.kernel.moves import Move, move
from orderhub.proof import verify
from tests.journey.three_parcels import go, hours, link_of, parcels, three_parcels
from tests.people import acting, hire
from tests.placed import draft, placed, shop

LINK = Link(UUID("01a203f9-9f6f-763c-817b-cefc40cb6afa"), 0)


async def standing(order: UUID, generation: int = 0) -> object:
    async with postgres.transaction() as tx:
        return await links.require_open(tx, Link(order, generation))


async def replace(order: UUID, *, role: str = "service") -> str | None:
    person = acting(await hire(f"he{uuid7().hex[:8]}", role), role)
    (verdict,) = await links.replace([Edit(subject=order, values={})], actor=person)
    return verdict.refused


@given(order=st.uuids(), generation=st.integers(0, 65535))
def test_what_a_token_says_can_be_read_and_is_always_the_same(order: UUID, generation: int) -> None:
    link = Link(order, generation)
    assert links.read(links.token(link)) == link
    assert links.token(link) == links.token(link)


def test_a_link_that_was_given_out_long_ago_is_still_read() -> None:
    assert links.read("AaID-Z9vdjyBe878QMtq-gAAffujDMOfUANESXnFW4jaJA") == LINK


def test_a_token_needs_no_quoting_and_is_short_enough_for_a_label() -> None:
    assert len(links.token(LINK)) == 46
    assert links.token(LINK).replace("-", "").replace("_", "").isalnum()


@given(place=st.integers(0, 45), letter=st.sampled_from("ABCXYZabcxyz0189-_"))
def test_a_token_with_one_letter_changed_is_none(place: int, letter: str) -> None:
    token = links.token(LINK)
    changed = token[:place] + letter + token[place + 1 :]
    assert links.read(changed) == (LINK if changed == token else None)


@given(st.text(max_size=60))
def test_whatever_somebody_types_is_answered(text: str) -> None:
    assert links.read(text) is None


def test_another_house_makes_other_links() -> None:
    token = links.token(LINK)
    secrets.open_root(b"another root key, 32 bytes or longer")
    try:
        assert links.read(token) is None
    finally:
        secrets.open_root(b"a root key for tests, 32 bytes or more")


def test_a_link_that_knows_the_order_but_not_the_key_is_none() -> None:
    said = LINK.order_id.bytes + bytes(2)
    tries = (urlsafe_b64encode(said + os.urandom(16)).decode().rstrip("=") for _ in range(10_000))
    assert not any(links.read(guess) for guess in tries)


@pytest.mark.usefixtures("clean")
class TestStanding:
    async def test_a_new_order_has_a_link_although_nobody_made_one(self) -> None:
        (order,) = await placed([draft(await shop())], paid=False)
        assert await standing(order) is None
        assert await postgres.fetchval("select count(*) from journey_links") == 0

    async def test_no_order_no_link(self) -> None:
        with pytest.raises(UnknownLink):
            await standing(uuid7())

    async def test_a_replaced_link_opens_no_longer_and_the_new_one_does(self) -> None:
        (order,) = await placed([draft(await shop())])
        before = await link_of(order)
        assert await replace(order) is None
        with pytest.raises(LinkReplaced):
            await standing(order, 0)
        assert await standing(order, 1) is None
        assert await link_of(order) != before
        assert (await verify.verify()).findings == []

    async def test_sales_may_not_replace_a_link(self) -> None:
        (order,) = await placed([draft(await shop())])
        assert await replace(order, role="sales") == "not_allowed"
        assert await standing(order) is None

    async def test_a_link_ends_so_many_days_after_the_order(self) -> None:
        order = await three_parcels()
        for parcel in await parcels(order):
            await go(parcel, "deliver", "sign")
        until = await standing(order)
        assert until == await postgres.fetchval(
            "select v.entered_at + interval '90 days' from subjects s join visits v on v.id = s.visit_id where s.id = $1",
            order,
        )
        with clock.frozen(clock.now() + 89 * hours(24)):
            await standing(order)
        with clock.frozen(clock.now() + 91 * hours(24)), pytest.raises(LinkExpired):
            await standing(order)

    async def test_while_a_parcel_is_on_its_way_the_link_has_no_end(self) -> None:
        order = await three_parcels()
        one, *_ = await parcels(order)
        await go(one, "deliver", "sign")
        assert await standing(order) is None

    async def test_a_cancelled_order_can_be_looked_at_for_a_while_too(self) -> None:
        (order,) = await placed([draft(await shop())])
        await move([Move(subject=order, transition="cancel")], actor=SYSTEM)
        assert await standing(order) is not None

    async def test_how_many_days_is_a_setting(self) -> None:
        (order,) = await placed([draft(await shop())])
        await move([Move(subject=order, transition="cancel")], actor=SYSTEM)
        links.outlive(days=7)
        try:
            with clock.frozen(clock.now() + 8 * hours(24)), pytest.raises(LinkExpired):
                await standing(order)
        finally:
            links.outlive(days=90)
