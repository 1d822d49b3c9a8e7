"""Every template of ours, in both languages, with believable content."""

import re

import pytest
from jinja2 import UndefinedError

from orderhub.kernel import clock
from orderhub.rendering import templates
from orderhub.rendering.languages import LANGUAGES
from tests.rendering import samples

REGION = re.compile(
    r'<section id="([^"]+)"[^>]* data-live="([^"]+)" data-src="([^"]+)" data-version="([^"]+)">'
)
HIDDEN = re.compile(r"<section [^>]*hidden>.*?</section>", flags=re.DOTALL)
# The page without network is kept by the phone, the same for everybody.
NOBODYS = {"offline"}


@pytest.fixture(scope="module", params=LANGUAGES)
def pages(request: pytest.FixtureRequest) -> dict[str, str]:
    """Every page in one language."""
    with clock.frozen(samples.NOW):
        return samples.pages(request.param)


def test_every_page_has_one_headline_and_a_title(pages: dict[str, str]) -> None:
    shown = {name: HIDDEN.sub("", html) for name, html in pages.items()}
    assert {name for name, html in shown.items() if html.count("<h1") != 1} == set()
    assert {name for name, html in pages.items() if not re.search(r"<title>\S", html)} == set()


def test_no_id_stands_twice_on_a_page(pages: dict[str, str]) -> None:
    for name, html in pages.items():
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), name


def test_every_region_says_where_it_comes_from(pages: dict[str, str]) -> None:
    for name in ("board", "orders", "order", "wall", "messages"):
        regions = REGION.findall(pages[name])
        assert regions, name
        assert len(regions) == pages[name].count("data-live=")


def test_a_region_holds_nothing_of_who_looks(pages: dict[str, str]) -> None:
    for name, html in pages.items():
        for region in re.findall(r"<section id=.*?</section>", html, flags=re.DOTALL):
            assert "t0ken" not in region, name


def test_every_page_of_somebody_carries_their_token(pages: dict[str, str]) -> None:
    without = {name for name, html in pages.items() if 'hx-headers=\'{"x-csrftoken":"t0ken"}\'' not in html}
    assert without == NOBODYS


def test_content_from_outside_is_escaped() -> None:
    shown = templates.render("rendering/toast.html", "en", error="<script>alert(1)</script>")
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        templates.render("rendering/toast.html", "en")
