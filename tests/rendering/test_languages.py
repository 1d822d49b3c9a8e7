"""Which language a person gets."""

import pytest

from orderhub.rendering.languages import accepted


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("", "zh-CN"),
        ("*", "zh-CN"),
        ("zh-TW,zh;q=0.9", "zh-CN"),
        ("en-GB,en;q=0.9", "en"),
        ("en;q=0.5,zh-CN;q=0.8", "zh-CN"),
        ("zh;q=0,en;q=0.1", "en"),
        ("de-DE,de;q=0.9", "en"),
        ("de-DE,de;q=0.9,zh;q=0.3", "zh-CN"),
        (";q=,,,x;q=y", "zh-CN"),
    ],
)
def test_the_browsers_wish_is_heard(header: str, lang: str) -> None:
    assert accepted(header) == lang
