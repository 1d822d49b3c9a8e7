"""Comparing a file, and addresses that are none of ours: limited and noticed, while a right one always opens."""

import os
from base64 import urlsafe_b64encode

import httpx
import pytest

from orderhub.accounts.guesses import LIMIT
from orderhub.dossier import tokens
from orderhub.kernel import postgres
from tests.browsers import Browser
from tests.dossier.held import Held, dossier_of, eventful_order

pytestmark = pytest.mark.usefixtures("clean")


@pytest.fixture
async def held(clean: str) -> Held:
    return await dossier_of(await eventful_order())


async def given(path: str, content: bytes) -> httpx.Response:
    async with Browser() as browser:
        files = {"file": ("dossier.pdf", content, "application/pdf")}
        return await browser.post(f"{path}/files?lang=en", files=files)


async def test_the_very_file_is_known_again(held: Held) -> None:
    answer = await given(held.path, held.file)
    assert answer.status_code == 200
    assert "Byte for byte the file that was made" in answer.text


async def test_any_other_file_is_not_it(held: Held) -> None:
    other = await dossier_of(held.order)
    changed = held.file.replace(b"%%EOF", b"%%EOf", 1)
    for content in (other.file, changed, held.file + b"\n", held.file[:-1], b"%PDF"):
        answer = await given(held.path, content)
        assert (answer.status_code, "This is not the file" in answer.text) == (200, True)


async def test_a_form_without_a_file_says_so(held: Held) -> None:
    answer = await given(held.path, b"")
    assert (answer.status_code, "No file was chosen" in answer.text) == (422, True)


async def test_a_file_larger_than_any_dossier_is_not_read(held: Held) -> None:
    answer = await given(held.path, b"x" * (4 * 1024 * 1024 + 1))
    assert (answer.status_code, "larger than 4 MB" in answer.text) == (413, True)
    assert (await given(held.path, b"x" * (5 * 1024 * 1024))).status_code == 413


async def test_the_page_is_kept_by_nobody_and_sets_no_cookie(held: Held) -> None:
    async with Browser() as browser:
        answer = await browser.get(held.path)
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert "no-store" in answer.headers["cache-control"]
    assert "set-cookie" not in answer.headers
    assert "<script" not in answer.text


@pytest.mark.parametrize("wrong", ["nothing", "A" * 86, "A" * 85 + "=", "%E6%A1%A3%E6%A1%88", "a" * 2000])
async def test_every_wrong_address_is_answered_alike(wrong: str) -> None:
    async with Browser() as browser:
        first, answer = await browser.get("/check/x"), await browser.get(f"/check/{wrong}")
    assert (answer.status_code, answer.text) == (404, first.text)


async def test_guesses_are_limited_and_noticed_and_a_right_address_opens(held: Held) -> None:
    token = tokens.read(held.path.removeprefix(tokens.PREFIX))
    assert token is not None
    said = token.order_id.bytes + token.dossier_id.bytes + token.mark  # all that a guesser could know
    answers: dict[int, int] = {}
    async with Browser() as browser:
        for _ in range(100):
            guess = urlsafe_b64encode(said + os.urandom(16)).decode().rstrip("=")
            answer = await browser.get(f"/check/{guess}")
            answers[answer.status_code] = answers.get(answer.status_code, 0) + 1
        assert (await browser.post("/check/x/files", files={"file": b"x"})).status_code == 429
        assert (await browser.get(held.path)).status_code == 200
    assert answers == {404: LIMIT, 429: 100 - LIMIT}
    noticed = "select count(*) from ledger where stream = 'access' and body like '%dossier.guessed%'"
    assert await postgres.fetchval(noticed) == 1


async def test_no_part_of_an_address_may_be_exchanged(held: Held) -> None:
    other = await dossier_of(held.order)
    one, two = (path.removeprefix(tokens.PREFIX) for path in (held.path, other.path))
    assert tokens.read(one) is not None
    assert tokens.read(one[:43] + two[43:]) is None
