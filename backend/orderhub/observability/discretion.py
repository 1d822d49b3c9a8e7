"""Discretion: what a log must not hold is taken out of every line: phones, cookies, tokens, bodies, what a buyer is called.

An error's own words are shown only where they are about code (a missing attribute, a closed connection) or ours. All others
may quote what somebody sent, so of them a log holds the kind and the lines of code; the request's id leads to the rest.
"""

import logging
import re
from collections.abc import Iterator
from traceback import format_tb

from orderhub.kernel.errors import Refusal

# A mainland phone number on its own; the ids of requests and subjects are no numbers, though one may look as if it held one.
_PHONE = re.compile(
    r"(\b(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b)"
    r"|(?<![\d.])(1[3-9]\d)\d{4}(\d{4})(?!\d)"
)
_SECRETS = (
    # A longer run of digits with a plus.
    (re.compile(r"\+\d{7,15}\b"), "+****"),
    (re.compile(r"\b(whsec_|oht_|[Bb]earer )[A-Za-z0-9+/=_-]{8,}"), r"\1****"),
    (re.compile(r"((?:__Host-)?(?:session|csrftoken)=)[^;\s'\"]+"), r"\1****"),
    (re.compile(r"(/(?:set-up|t|check)/)[A-Za-z0-9_-]{20,}"), r"\1****"),
    (re.compile(r"(\b[a-z]+://[^:@/\s]*:)[^@/\s]+@"), r"\1****@"),
    # PostgreSQL quotes the row that broke a rule, a buyer's name and address with it.
    (re.compile(r"^(DETAIL:  ).*$", re.MULTILINE), r"\1****"),
    # asyncio tells of a task whose error nobody asked for, and quotes the error.
    (re.compile(r"(exception=\w+)\(.*\)>", re.DOTALL), r"\1(…)>"),
)
_ABOUT_CODE = (
    *(ArithmeticError, AssertionError, AttributeError, ImportError, NameError, RuntimeError, TypeError),
    *(OSError, EOFError),
)
# What an error about code may name: an identifier in quotes. All else in quotes, other scripts and long numbers may be data.
_QUOTED = re.compile(r"(['\"])(?:([A-Za-z_][\w.]*)|(?:(?!\1).)*)\1", re.ASCII | re.DOTALL)
_FOREIGN = re.compile(r"[^\x00-\x7f]+|\d[\d -]{5,}\d")
_PLACES = ("constraint_name", "table_name", "column_name")


def discreet(text: str) -> str:
    """Return a text of ours without what a log must not hold."""
    text = _PHONE.sub(lambda found: found[1] or f"{found[2]}****{found[3]}", text)
    for pattern, shown in _SECRETS:
        text = pattern.sub(shown, text)
    return text


def told(error: BaseException) -> str:
    """Return an error as a log may tell it: its kind, and as much of its words as cannot be somebody's."""
    words = _words(error)
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def trace(error: BaseException) -> str:
    """Return the lines of code that led to an error and to those behind it, the oldest first."""
    return "\n".join(_traces(error))


class Discretion(logging.Filter):
    """Makes every record discreet, its traceback too."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; nothing is held back."""
        if isinstance(record.args, tuple):
            record.args = tuple(map(_said, record.args))
        record.msg, record.args = discreet(record.getMessage()), None
        if record.exc_info and record.exc_info[1]:
            record.exc_text = discreet(trace(record.exc_info[1]))
        return True


def be_discreet() -> None:
    """Make every handler of this process discreet."""
    for handler in logging.getLogger().handlers:
        if not any(isinstance(known, Discretion) for known in handler.filters):
            handler.addFilter(Discretion())


class _Said(str):
    """Words that %r shows as they stand."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _said(argument: object) -> object:
    return _Said(told(argument)) if isinstance(argument, BaseException) else argument


def _words(error: BaseException) -> str:
    if isinstance(error, Refusal):
        return error.code
    if state := getattr(error, "sqlstate", None):
        places = [place for name in _PLACES if (place := getattr(error, name, None))]
        return " ".join([f"SQLSTATE {state}", *places])
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if not isinstance(error, _ABOUT_CODE) and not type(error).__module__.startswith("orderhub."):
        return ""
    return _FOREIGN.sub("…", _QUOTED.sub(_unless_identifier, discreet(str(error))))


def _unless_identifier(quoted: re.Match[str]) -> str:
    return quoted[0] if quoted[2] else "…"


def _traces(error: BaseException) -> Iterator[str]:
    if error.__cause__ is not None:
        yield from _traces(error.__cause__)
        yield "which was the cause of:"
    elif error.__context__ is not None and not error.__suppress_context__:
        yield from _traces(error.__context__)
        yield "during which came:"
    yield "".join(["Traceback (most recent call last):\n", *format_tb(error.__traceback__), told(error)])
    for part in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield "part of which is:"
        yield from _traces(part)
