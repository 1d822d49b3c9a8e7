"""The catalogue of words: whole, checked, and honest about what it lacks."""

from pathlib import Path

import pytest
from markupsafe import Markup

from orderhub.rendering import catalogue
from orderhub.rendering.catalogue import BadWord, MissingWord, Said, Words, words

ENTRIES = {
    "late": {"zh": "超时", "en": "Late"},
    "to_do": {"zh": "现在做 {n} 件", "en": "{n} to do", "one": "1 to do"},
    "by": {"zh": "{who}做的", "en": "by {who}"},
}


@pytest.fixture
def _forgiving(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "_forgiving", True)


def toml(folder: Path, text: str) -> Path:
    path = folder / "room.toml"
    path.write_text(text, "utf-8")
    return path


def test_our_own_catalogue_is_whole() -> None:
    assert len(catalogue.entries()) > 100


def test_a_word_speaks_each_language() -> None:
    assert Words("zh-CN", ENTRIES).text("late") == "超时"
    assert Words("en", ENTRIES).text("late") == "Late"


def test_english_has_a_singular() -> None:
    english = Words("en", ENTRIES)
    assert (english.text("to_do", n=1), english.text("to_do", n=3)) == ("1 to do", "3 to do")
    assert Words("zh-CN", ENTRIES).text("to_do", n=1) == "现在做 1 件"


def test_markup_in_a_word_stays_markup_and_the_rest_is_escaped() -> None:
    told = Words("en", ENTRIES).text("by", who=Markup("<b>Min</b>"))
    assert told == "by <b>Min</b>"
    assert isinstance(told, Markup)
    assert not isinstance(Words("en", ENTRIES).text("by", who="<b>"), Markup)


def test_what_is_said_may_hold_what_is_said() -> None:
    assert Words("en", ENTRIES).say(Said("by", {"who": Said("late")})) == "by Late"


def test_a_missing_word_is_an_error() -> None:
    with pytest.raises(MissingWord):
        words("en").text("no.such.word")


@pytest.mark.usefixtures("_forgiving")
def test_a_serving_hub_shows_the_key_and_logs_it(caplog: pytest.LogCaptureFixture) -> None:
    assert words("en").text("no.such.word") == "no.such.word"
    assert "no.such.word" in caplog.text


@pytest.mark.parametrize(
    "text",
    [
        'late = { zh = "超时" }',
        'late = { zh = "超时", en = "" }',
        'late = { zh = "超时", en = "Late", de = "Spät" }',
        'by = { zh = "{who}做的", en = "by {name}" }',
        'late = "超时"',
    ],
)
def test_a_word_that_is_not_whole_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(BadWord):
        catalogue.read(toml(tmp_path, text))


def test_words_lie_as_deep_as_their_key(tmp_path: Path) -> None:
    path = toml(tmp_path, '[stage.order]\nplaced = { zh = "待付款", en = "Unpaid" }')
    assert list(catalogue.read(path)) == ["stage.order.placed"]
