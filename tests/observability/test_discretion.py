"""Logs: enough to find a fault, nothing of people or keys."""

import io
import logging

import asyncpg
import pytest

from orderhub.kernel.errors import BadInput
from orderhub.kernel.outbox import DeliveryFailed
from orderhub.observability.discretion import Discretion, discreet, told, trace


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("buyer 13812342046 called", "buyer 138****2046 called"),
        ("to +8613812342046", "to +****"),
        (r"called \u738b13812342046", r"called \u738b138****2046"),
        ("request 657a1a5d95f0b8f03eb17416053965c2", "request 657a1a5d95f0b8f03eb17416053965c2"),
        ("order 01a20565-4efa-7719-a9dc-d13812342046", "order 01a20565-4efa-7719-a9dc-d13812342046"),
        ("order 69334102887051 and amount 512.00", "order 69334102887051 and amount 512.00"),
        ("Cookie: session=abc-DEF_123; lang=en", "Cookie: session=****; lang=en"),
        ("Authorization: Bearer oht_abcdefghijklmnop", "Authorization: Bearer ****"),
        ("secret whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "secret whsec_****"),
        ("GET /set-up/" + "A" * 43, "GET /set-up/****"),
        ("GET /t/" + "A" * 46 + "/tracks", "GET /t/****/tracks"),
        ("GET /check/" + "A" * 86, "GET /check/****"),
        ("postgresql://hub:hunter2@db/hub", "postgresql://hub:****@db/hub"),
        ("unique\nDETAIL:  Key (name)=(王小明) already exists.\nmore", "unique\nDETAIL:  ****\nmore"),
    ],
)
def test_a_line_shows_no_person_and_no_key(said: str, shown: str) -> None:
    assert discreet(said) == shown


def test_every_handler_is_discreet_with_arguments_and_tracebacks() -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(Discretion())
    logger = logging.getLogger("tried")
    logger.addHandler(handler)
    try:
        logger.warning("call %s", "13812342046")
        try:
            raise ValueError("13812342046")
        except ValueError:
            logger.exception("failed")
    finally:
        logger.removeHandler(handler)
    assert "13812342046" not in written.getvalue()
    assert "138****2046" in written.getvalue()
    assert "ValueError" in written.getvalue()


def broken_rule() -> asyncpg.PostgresError:
    error = asyncpg.UniqueViolationError('Key (name)=(王小明) exists: "receivers_name"')
    error.constraint_name, error.table_name = "receivers_name", "receivers"
    return error


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (KeyError("王小明"), "KeyError"),
        (ValueError("John Smith, 12 Baker Street"), "ValueError"),
        (UnicodeDecodeError("utf-8", b"John", 0, 1, "John"), "UnicodeDecodeError"),
        (
            AttributeError("'NoneType' object has no attribute 'reach'"),
            "AttributeError: 'NoneType' object has no attribute 'reach'",
        ),
        (RuntimeError("no place for '星湖街 1 号' or 王小明"), "RuntimeError: no place for … or …"),
        (TypeError("not 'John Smith' of 0512-67881234"), "TypeError: not … of …"),
        (ConnectionRefusedError(111, "Connection refused"), "ConnectionRefusedError: Connection refused"),
        (OSError("disk full"), "OSError: disk full"),
        (FileNotFoundError(2, "No such file", "/srv/王小明"), "FileNotFoundError: No such file"),
        (BadInput(field="phone", got="13812342046"), "BadInput: bad_input"),
        (DeliveryFailed("answered: 500", permanent=False), "DeliveryFailed: answered: 500"),
        (broken_rule(), "UniqueViolationError: SQLSTATE 23505 receivers_name receivers"),
    ],
)
def test_of_an_error_only_what_is_about_code_is_told(error: Exception, shown: str) -> None:
    assert told(error) == shown


def test_a_trace_names_every_line_of_code_and_quotes_nobody() -> None:
    try:
        try:
            int("王小明")
        except ValueError as error:
            raise ExceptionGroup("王小明", [KeyError("王小明")]) from error
    except ExceptionGroup as error:
        lines = trace(error)
    assert "王小明" not in lines.replace('int("王小明")', "").replace(
        '("王小明", [KeyError("王小明")])', ""
    ), lines
    assert [line for line in lines.splitlines() if "Error" in line and "raise" not in line]
    assert "which was the cause of:" in lines
    assert "part of which is:" in lines
    assert lines.count("test_discretion.py") == 2


def test_an_error_named_in_a_line_or_by_asyncio_is_told_as_discreetly() -> None:
    record = logging.LogRecord(
        "x", logging.ERROR, "x", 1, "loop %s died: %r", ("a", KeyError("王小明")), None
    )
    Discretion().filter(record)
    assert record.getMessage() == "loop a died: KeyError"
    forgotten = "Task exception was never retrieved\nfuture: <Task finished exception=KeyError('王小明 (x)')>"
    assert "王小明" not in discreet(forgotten)
