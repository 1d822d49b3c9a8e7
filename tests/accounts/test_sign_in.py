"""Signing in: who gets in, how often one may try, and what the ledger says of it."""

import re
import time
from datetime import timedelta
from statistics import median
from typing import Any

import msgspec
import pytest

from orderhub.accounts import attempts, passwords, people
from orderhub.accounts.refusals import TooManyAttempts, WrongSignIn
from orderhub.accounts.sign_in import Visitor, sign_in
from orderhub.kernel import clock, postgres
from orderhub.kernel.actors import SYSTEM
from tests.browsers import Browser
from tests.people import PASSWORD, hire

pytestmark = pytest.mark.usefixtures("clean")

PHONE = Visitor(device="a" * 32, ip="203.0.113.7")
ELSEWHERE = Visitor(device="b" * 32, ip="198.51.100.9")


async def access_entries() -> list[dict[str, Any]]:
    rows = await postgres.fetch("select body from ledger where stream = 'access' order by seq")
    return [msgspec.json.decode(row["body"]) for row in rows]


def answered(page: str) -> str:
    """What the page says, without its token and what was typed."""
    return re.sub(r'[0-9a-f]{128}|value="\w+"', "", page.partition("<main")[2])


async def test_the_right_password_opens_a_session_and_leads_to_the_first_page() -> None:
    await hire("anna", "manager")
    async with Browser() as browser:
        answer = await browser.sign_in("anna", PASSWORD)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert (await browser.get("/")).headers["location"] == "/board"


async def test_a_login_is_found_however_it_is_typed() -> None:
    await hire("anna", "manager")
    assert (await sign_in("  ANNA ", PASSWORD, visitor=PHONE)).token


async def test_wrong_password_and_unknown_login_get_the_same_answer() -> None:
    await hire("anna", "manager")
    async with Browser() as browser:
        wrong = await browser.sign_in("anna", "not her password")
        unknown = await browser.sign_in("nobody", "not her password")
    assert wrong.status_code == unknown.status_code == 401
    assert answered(wrong.text) == answered(unknown.text)
    assert "Account and password do not fit" in wrong.text


async def test_wrong_password_and_unknown_login_take_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "LIMITS", {"login": 99, "device": 99, "address": 999})
    await hire("anna", "manager")

    async def seconds(login: str) -> float:
        began = time.perf_counter()
        with pytest.raises(WrongSignIn):
            await sign_in(login, "not her password", visitor=PHONE)
        return time.perf_counter() - began

    known, unknown = [], []
    for _ in range(15):
        known.append(await seconds("anna"))
        unknown.append(await seconds("nobody"))
    assert 0.6 < median(known) / median(unknown) < 1.7


async def test_a_login_cannot_be_tried_for_ever() -> None:
    await hire("anna", "manager")
    for _ in range(attempts.LIMITS["login"]):
        with pytest.raises(WrongSignIn):
            await sign_in("anna", "not her password", visitor=ELSEWHERE)
    with pytest.raises(TooManyAttempts) as refusal:
        await sign_in("anna", PASSWORD, visitor=ELSEWHERE)
    assert refusal.value.data == {"minutes": 15}
    with clock.frozen(clock.now() + attempts.WINDOW + timedelta(seconds=1)):
        assert (await sign_in("anna", PASSWORD, visitor=ELSEWHERE)).token


async def test_a_stranger_who_locks_a_login_does_not_lock_out_its_owner() -> None:
    await hire("anna", "manager")
    await sign_in("anna", PASSWORD, visitor=PHONE)
    for _ in range(attempts.LIMITS["login"] + 5):
        with pytest.raises((WrongSignIn, TooManyAttempts)):
            await sign_in("anna", "a guess of many", visitor=ELSEWHERE)
    assert (await sign_in("anna", PASSWORD, visitor=PHONE)).token


async def test_forty_two_phones_behind_one_address_all_get_in() -> None:
    for number in range(42):
        await hire(f"picker{number}", "warehouse")
    for number in range(42):
        with pytest.raises(WrongSignIn):
            await sign_in(f"picker{number}", "a slip of the thumb", visitor=PHONE)
        assert (await sign_in(f"picker{number}", PASSWORD, visitor=PHONE)).token


async def test_an_address_cannot_try_one_login_after_the_other_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attempts, "LIMITS", {"login": 10, "device": 10, "address": 5})
    for number in range(5):
        with pytest.raises(WrongSignIn):
            await sign_in(f"guess{number}", "a password", visitor=ELSEWHERE)
    with pytest.raises(TooManyAttempts):
        await sign_in("guess6", "a password", visitor=ELSEWHERE)


async def test_refused_tries_answer_429_and_say_how_long_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "LIMITS", {"login": 0, "device": 0, "address": 99})
    async with Browser() as browser:
        answer = await browser.sign_in("anna", PASSWORD)
    assert answer.status_code == 429
    assert "Wait 15 min" in answer.text


async def test_what_people_type_is_not_kept_in_the_clear() -> None:
    with pytest.raises(WrongSignIn):
        await sign_in("my-password-in-the-wrong-field", "x", visitor=PHONE)
    places = await postgres.fetch("select place from sign_in_attempts")
    assert not any("my-password" in row["place"] for row in places)


async def test_the_ledger_tells_who_came_from_where_and_who_was_refused() -> None:
    person = await hire("anna", "manager")
    with pytest.raises(WrongSignIn):
        await sign_in("anna", "not her password", visitor=ELSEWHERE)
    await sign_in("anna", PASSWORD, visitor=PHONE)
    refused, entered = await access_entries()
    assert (refused["action"], refused["ip"], refused["evidence"]["person"]) == (
        "sign_in.refused",
        ELSEWHERE.ip,
        person,
    )
    assert (entered["action"], entered["ip"], entered["device"]) == ("signed_in", PHONE.ip, PHONE.device)
    assert entered["who"]["id"] == f"person:{person}"


async def test_strangers_cannot_fill_the_ledger() -> None:
    for number in range(20):
        with pytest.raises(WrongSignIn):
            await sign_in(f"nobody{number}", "a password", visitor=PHONE)
    assert await access_entries() == []


async def test_an_ended_person_does_not_get_in_and_is_out_at_once() -> None:
    await hire("boss", "admin")
    anna = await hire("anna", "manager")
    async with Browser() as browser:
        await browser.arrive(anna)
        async with postgres.transaction() as tx:
            await people.end(tx, [anna], actor=SYSTEM)
        assert (await browser.get("/me")).status_code == 303
        assert (await browser.sign_in("anna", PASSWORD)).status_code == 401


async def test_a_hash_of_older_parameters_is_renewed_at_sign_in() -> None:
    from argon2 import PasswordHasher

    person = await hire("anna", "manager")
    dated = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    await postgres.execute("update people set password_hash = $2 where id = $1", person, dated)
    await sign_in("anna", PASSWORD, visitor=PHONE)
    renewed = await postgres.fetchval("select password_hash from people where id = $1", person)
    assert passwords.is_dated(dated)
    assert not passwords.is_dated(renewed)


@pytest.mark.parametrize(
    "asked", ["https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)", "/\tx"]
)
async def test_signing_in_never_leads_to_another_site(asked: str) -> None:
    await hire("anna", "manager")
    async with Browser() as browser:
        answer = await browser.submit("/sign-in", login="anna", password=PASSWORD, next=asked)
    assert answer.headers["location"] == "/"


async def test_signing_in_leads_to_the_page_that_was_asked_for() -> None:
    await hire("anna", "manager")
    async with Browser() as browser:
        asked = await browser.get("/me?tab=devices")
        assert asked.headers["location"] == "/sign-in?next=/me%3Ftab%3Ddevices"
        page = await browser.get(asked.headers["location"])
        assert 'name="next" value="/me?tab=devices"' in page.text
        answer = await browser.submit(
            asked.headers["location"], to="/sign-in", login="anna", password=PASSWORD, next="/me?tab=devices"
        )
    assert answer.headers["location"] == "/me?tab=devices"
