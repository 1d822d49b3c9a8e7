"""Guessing: ten thousand tries find nothing, are limited, and are noticed once; a right link always opens."""

import os
from base64 import urlsafe_b64encode

import pytest

from orderhub.accounts.guesses import LIMIT, NOTICED_IN_ALL, WINDOW
from orderhub.journey import guesses, links
from orderhub.kernel import clock, postgres
from tests.browsers import Browser
from tests.journey.three_parcels import link_of, three_parcels

pytestmark = pytest.mark.usefixtures("clean")


async def noticed() -> int:
    found = await postgres.fetchval(
        "select count(*) from ledger where stream = 'access' and body like '%journey.guessed%'"
    )
    return int(found)


async def test_ten_thousand_tries_find_nothing_are_limited_and_are_noticed_once() -> None:
    order = await three_parcels()
    known = links.read((await link_of(order)).removeprefix(links.PREFIX))
    assert known is not None
    said = known.order_id.bytes + bytes(2)  # the best a guesser can have: the order's own id
    answers: dict[int, int] = {}
    async with Browser() as browser:
        for _ in range(10_000):
            token = urlsafe_b64encode(said + os.urandom(16)).decode().rstrip("=")
            answer = await browser.get(f"/t/{token}")
            answers[answer.status_code] = answers.get(answer.status_code, 0) + 1
        assert answers == {404: LIMIT, 429: 10_000 - LIMIT}
        assert (await browser.get(await link_of(order))).status_code == 200
    assert await noticed() == 2  # that address, and so many in all


@pytest.mark.parametrize(
    "wrong",
    [
        "nothing",
        "A" * 46,
        "A" * 45 + "=",
        "%E8%AE%A2%E5%8D%95",
        "a" * 2000,
    ],
)
async def test_every_wrong_link_is_answered_alike(wrong: str) -> None:
    async with Browser() as browser:
        first, answer = await browser.get("/t/x"), await browser.get(f"/t/{wrong}")
    assert (answer.status_code, answer.text) == (404, first.text)


async def test_forms_and_parts_of_wrong_links_count_too() -> None:
    async with Browser() as browser:
        for _ in range(LIMIT // 2):
            assert (await browser.post("/t/x/hurries", data={"number": "1"})).status_code == 404
            assert (await browser.get("/t/x/tracks")).status_code == 404
        assert (await browser.post("/t/x/receipts", data={})).status_code == 429


async def test_another_address_is_not_limited_and_a_window_ends() -> None:
    async with Browser() as browser, Browser(address="198.51.100.9") as other:
        for _ in range(LIMIT + 1):
            answer = await browser.get("/t/x")
        assert answer.status_code == 429
        assert (await other.get("/t/x")).status_code == 404
        with clock.frozen(clock.now() + WINDOW):
            assert (await browser.get("/t/x")).status_code == 404


async def test_a_house_with_many_addresses_is_one_guesser() -> None:
    async with Browser(address="2001:db8::1") as browser, Browser(address="2001:db8::2") as other:
        for _ in range(LIMIT + 1):
            await browser.get("/t/x")
        assert (await other.get("/t/x")).status_code == 429


async def test_guesses_from_everywhere_are_noticed_together_and_take_little_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("orderhub.accounts.guesses._MOST_PLACES", 100)
    for n in range(NOTICED_IN_ALL + 200):
        await guesses.wrong_link(f"10.0.{n // 256}.{n % 256}")
    assert await noticed() == 1
    assert len(guesses._guesses._counts) <= 100


async def test_a_guess_asks_the_database_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Browser() as browser:
        assert (await browser.get("/t/x")).status_code == 404

        def refuse(*_: object, **__: object) -> None:
            raise AssertionError("a guess reached the database")

        monkeypatch.setattr(postgres, "transaction", refuse)
        monkeypatch.setattr(postgres, "fetchval", refuse)
        assert (await browser.get("/t/x")).status_code == 404
