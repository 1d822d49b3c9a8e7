"""Passwords: which are refused, and why."""

import asyncio

import pytest

from orderhub.accounts import passwords
from orderhub.accounts.refusals import PasswordGuessable, PasswordTooLong, PasswordTooShort


@pytest.mark.parametrize("password", ["", "short", "elevenchars", "一二三四五六七八九十一"])
def test_a_short_password_is_refused_with_what_is_missing(password: str) -> None:
    with pytest.raises(PasswordTooShort) as refusal:
        passwords.check(password, login="anna")
    assert refusal.value.data == {"least": passwords.LEAST, "got": len(password)}


@pytest.mark.parametrize(
    "password",
    [
        "123456789012",
        "13812342046138",
        "aaaaaaaaaaaa",
        "abababababab",
        "Password2026!",
        "P@ssw0rd2026!",
        "qwertyuiop123",
        "poiuytrewq!!!",
        "admin-admin-2026",
        "anna.li.2026!",
        "Anna.Li.password",
        "welcome welcome",
        "1qaz@wsx3edc",
    ],
)
def test_a_password_anybody_would_try_first_is_refused(password: str) -> None:
    with pytest.raises(PasswordGuessable):
        passwords.check(password, login="anna.li")


@pytest.mark.parametrize(
    "password", ["four words are easy", "红烧肉配白米饭再来一碗汤谢谢", "kX9#vTq2!mZp", "Stapler horse 7"]
)
def test_a_password_of_unrelated_words_is_good(password: str) -> None:
    passwords.check(password, login="anna")


def test_a_password_of_a_megabyte_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(PasswordTooLong):
        passwords.check("a1" * 500_000, login="anna")


async def test_composed_and_decomposed_letters_are_the_same_password() -> None:
    kept = await passwords.digest("caf\u00e9 au lait encore")
    assert await passwords.fits("cafe\u0301 au lait encore", kept)


async def test_without_a_hash_no_password_fits() -> None:
    assert not await passwords.fits("nobody signs in with this", None)


async def test_hashing_does_not_hold_up_the_loop() -> None:
    hashing = asyncio.gather(*(passwords.digest("four words are easy") for _ in range(8)))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0.001)
        turns += 1
    await hashing
    assert turns > 8, "the loop stood still while passwords were hashed"
