"""Lines of the log: one shape for people, one for programs, and each names the request or turn it belongs to."""

import io
import logging

import msgspec
import pytest

from orderhub.observability import lines, turns


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch) -> logging.Logger:
    """A root logger that nobody has set up yet."""
    made = logging.RootLogger(logging.WARNING)
    monkeypatch.setattr(logging, "root", made)
    return made


def written(root: logging.Logger, monkeypatch: pytest.MonkeyPatch, *, form: str) -> list[str]:
    """What a process that begins to log in this form writes."""
    root.handlers.clear()  # those of the test run
    out = io.StringIO()
    monkeypatch.setattr("sys.stderr", out)
    lines.begin(level="INFO", form=form)
    turns.begin("abc-1")
    try:
        root.info("line one\nline two, call 13812342046")
        try:
            raise KeyError("王小明")
        except KeyError:
            root.exception("failed")
    finally:
        turns._current.set(None)
    return out.getvalue().splitlines()


def test_programs_read_one_object_a_line(root: logging.Logger, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = map(msgspec.json.decode, written(root, monkeypatch, form="json"))
    assert first["message"] == "line one\nline two, call 138****2046"
    assert first.keys() == {"at", "level", "logger", "message", "request"}
    assert (first["level"], first["request"]) == ("INFO", "abc-1")
    assert second["trace"].endswith("\nKeyError")
    assert "test_lines.py" in second["trace"]


def test_people_read_text_with_the_id_at_its_end(
    root: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = written(root, monkeypatch, form="text")
    assert told[1] == "line two, call 138****2046 [abc-1]"
    assert told[2].endswith(" ERROR root: failed [abc-1]")
    assert told[-1] == "KeyError"
