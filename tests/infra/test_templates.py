"""The template check refuses what the content security policy would block or htmx would silently ignore."""

import pytest

from infra.templates import BANNED, banned, wrong_words
from orderhub.rendering.languages import LANGUAGES
from orderhub.rendering.templates import environment


@pytest.mark.parametrize(
    "markup",
    [
        "<script>go()</script>",
        "<style>p { color: red }</style>",
        '<p style="width: 3%">',
        '<button onclick="go()">',
        '<button hx-on:click="go()">',
        "<button hx-vals='js:{\"a\": 1}'>",
        '<button hx-vars="a:1">',
        '<button hx-trigger="click[ctrlKey]">',
        '<a href="javascript:go()">',
        '<img src="//elsewhere.example/x.png">',
        '<img src="https://elsewhere.example/x.png">',
        "{{ note | safe }}",
        "{% autoescape false %}",
    ],
)
def test_code_in_a_page_is_refused(markup: str) -> None:
    assert [line for line, _ in banned(f"<p>\n{markup}\n</p>")] == [2]


@pytest.mark.parametrize(
    "markup",
    [
        "<script src=\"{{ asset('app.js') }}\" defer></script>",
        '<button hx-post="/orders" hx-vals=\'{"a": 1}\' hx-trigger="click delay:1s">',
        '<form action="/sign-in" data-once="true">',
        "{# never write <script> or hx-on here #}",
        '<section id="board-counts" data-live="board.counts">',
    ],
)
def test_plain_markup_passes(markup: str) -> None:
    assert list(banned(markup)) == []


def test_every_ban_has_a_way_out() -> None:
    assert all(what for what in BANNED.values())


def test_a_word_nobody_wrote_is_found() -> None:
    tree = environment(LANGUAGES[0]).parse("<p>\n{{ t('no.such.word') }}</p>")
    assert list(wrong_words(tree)) == [(2, "no word no.such.word in web/locale")]
