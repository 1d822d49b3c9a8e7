"""Passwords: which are good enough, and how they are kept (argon2id, off the event loop, a few at a time).

Parameters are OWASP's (19 MiB, two passes, one lane); a hash made with other ones is renewed at the next sign-in.
"""

import asyncio
import os
import re
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from orderhub.accounts.refusals import PasswordGuessable, PasswordTooLong, PasswordTooShort

T = TypeVar("T")

LEAST = 12
MOST = 256

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Each hash takes 19 MiB and a core; a morning's rush of sign-ins queues here and does not starve the loop.
_threads = ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1), thread_name_prefix="argon2")
# Verified in place of the hash an unknown login does not have, so that both take the same time.
_NOBODY = _hasher.hash("nobody signs in with this")
_WORDS = """a aa aaa abc abcd admin administrator asdf baseball dragon football iloveyou letmein login master monkey
orderhub pass passwd password princess q qaz qq qwe qwer qwerty root secret shadow sunshine superman test user wang
welcome woaini wsx zhang zxcv"""
_COMMON = frozenset(_WORDS.split())
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qazwsxedcrfvtgbyhnujmikolp", "abcdefghijklmnopqrstuvwxyz")
_DISGUISES = str.maketrans("@0135$7!", "aoiessti")


def check(password: str, *, login: str) -> None:
    """Refuse a password that is short, all digits, a repetition, or only common words, keyboard rows and the login."""
    told = _canonical(password)
    if len(told) < LEAST:
        raise PasswordTooShort(least=LEAST, got=len(told))
    if len(told) > MOST:
        raise PasswordTooLong(most=MOST)
    low = told.casefold()
    if len(set(low)) < 5 or _is_common(low, login) or _is_common(low.translate(_DISGUISES), login):
        raise PasswordGuessable


async def digest(password: str) -> str:
    """Return the argon2id hash of a password."""
    return await _off_loop(_hasher.hash, _canonical(password))


async def fits(password: str, password_hash: str | None) -> bool:
    """Tell whether a password belongs to a hash; without a hash it takes as long and is no."""
    if len(password) > MOST:
        return False
    right = await _off_loop(_verify, password_hash or _NOBODY, _canonical(password))
    return right and password_hash is not None


def is_dated(password_hash: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def _is_common(low: str, login: str) -> bool:
    words = re.findall(r"[^\W\d_]+", low.replace(login.casefold(), " ") if login else low)
    return all(word in _COMMON or any(word in row or word in row[::-1] for row in _ROWS) for word in words)


def _canonical(password: str) -> str:
    # The same characters may come composed or not, depending on the keyboard.
    return unicodedata.normalize("NFKC", password)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


async def _off_loop(call: Callable[..., T], *args: str) -> T:
    return await asyncio.get_running_loop().run_in_executor(_threads, call, *args)
