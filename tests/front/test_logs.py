"""Logs: enough to find a fault, nothing of people or keys."""

import io
import logging

import pytest

from orderhub.front import logs
from tests.browsers import hub


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("buyer 13812342046 called", "buyer 138****2046 called"),
        ("to +8613812342046", "to +****"),
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
    assert logs.discreet(said) == shown


def test_every_handler_is_discreet_with_arguments_and_tracebacks() -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(logs.Discretion())
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


async def test_a_browser_that_went_away_is_no_fault(clean: str, caplog: pytest.LogCaptureFixture) -> None:
    async def gone() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def unheard(_: object) -> None: ...

    headers = [(b"host", b"hub.test"), (b"content-type", b"application/x-www-form-urlencoded")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/sign-in",
        "raw_path": b"/sign-in",
        "headers": headers,
    }
    scope |= {"query_string": b"", "scheme": "http", "client": ("203.0.113.7", 1), "server": ("hub.test", 80)}
    await hub()(scope, gone, unheard)
    assert [record for record in caplog.records if record.name == "orderhub.faults"] == []
