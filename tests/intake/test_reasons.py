"""Every reason and every refusal has its words in both languages, and tells nothing of a person."""

import pytest

from orderhub.intake import refusals
from orderhub.intake.reasons import Code, Reason, kind_of, shown
from orderhub.kernel.errors import Refusal
from orderhub.rendering import catalogue, places

WORDS = catalogue.read(places.locale() / "intake.toml")
DATA = {"field": "f", "expected": "e", "got": "g", "header": "h", "problems": "p"}


@pytest.mark.parametrize("code", list(Code))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reason_has_words_that_need_no_more_than_its_data(code: Code, language: str) -> None:
    reason = Reason(code=code, field="f", expected="e", got="g")
    assert WORDS[reason.key][language].format(**reason.data)


def test_no_words_are_left_of_a_reason_that_is_gone() -> None:
    words = {key.removeprefix("quarantine.") for key in WORDS if key.startswith("quarantine.")}
    assert words == {code.value for code in Code}


@pytest.mark.parametrize(
    "refusal", [kind for kind in vars(refusals).values() if isinstance(kind, type) and kind is not Refusal]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_refusal_has_words(refusal: type[Refusal], language: str) -> None:
    assert WORDS[f"refusal.{refusal.code}"][language].format(**DATA)


def test_what_came_is_shown_short_and_on_one_line() -> None:
    assert shown("a\nb\x07") == "a\ufffdb\ufffd"
    assert len(shown("长" * 5000)) == 120
    assert shown(9007199254740993) == "9007199254740993"


@pytest.mark.parametrize(
    ("value", "kind"),
    [(None, "null"), (True, "boolean"), (1, "number"), ("", "string"), ([], "array"), ({}, "object")],
)
def test_a_value_is_called_by_its_json_type(value: object, kind: str) -> None:
    assert kind_of(value) == kind
