"""Reads every page template: it must compile, ask for words that exist, and hold nothing that the content security policy would block or ignore.

htmx with evaluation switched off drops `js:` values and event filters but still sends the request, so a page that uses
them looks alive and does the wrong thing. That is why they are refused here and not found out in a browser.
"""

import re
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from jinja2 import TemplateSyntaxError, nodes

from infra.assets.inputs import ROOT, WEB
from orderhub.rendering.catalogue import entries
from orderhub.rendering.languages import LANGUAGES
from orderhub.rendering.templates import environment

TEMPLATES = WEB / "templates"
BANNED = {
    r"<script(?![^>]*\ssrc=)": "a script of its own; put it into web/src",
    r"<style\b": "a style sheet of its own; put it into web/styles",
    r"\sstyle\s*=": "an inline style; use a class, or an SVG attribute for a width",
    r"\son[a-z]+\s*=": "an inline event handler; put it into web/src",
    r"\sdata-hx-on|\shx-on": "hx-on, which is code in a page; put it into web/src",
    r"\shx-vars\b": "hx-vars, which is code in a page; use hx-vals with JSON",
    r"\shx-(?:vals|headers|request)\s*=\s*[\"']\s*(?:js|javascript):": "a computed value; htmx drops it and still sends",
    r"\shx-trigger\s*=\s*[\"'][^\"']*\[": "an event filter; htmx drops it and still sends",
    r"(?:href|src|action)\s*=\s*[\"']?\s*javascript:": "an address that is code",
    r"\s(?:src|href)\s*=\s*[\"'](?:https?:)?//": "an address on another host; everything comes from this one",
    r"\|\s*safe\b": "text marked as safe; return Markup from a tested function instead",
    r"\{%-?\s*autoescape\s+false": "escaping switched off",
}


def main() -> None:
    files = sorted(TEMPLATES.rglob("*.html"))
    found = [f"{path.relative_to(ROOT)}:{line}: {what}" for path in files for line, what in faults(path)]
    print("\n".join(found) or f"{len(files)} templates")
    sys.exit(1 if found else 0)


def faults(path: Path) -> Iterator[tuple[int, str]]:
    source = path.read_text("utf-8")
    jinja = environment(LANGUAGES[0])
    try:
        # Compiling, not only parsing: it also finds filters and tests that do not exist.
        jinja.compile(source, filename=str(path))
        yield from wrong_words(jinja.parse(source))
    except TemplateSyntaxError as error:
        yield error.lineno, error.message or "does not parse"
    yield from banned(source)


def wrong_words(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Finds `t('key', …)` whose key the catalogue lacks, or whose parameters are not the placeholders of the words."""
    for call in tree.find_all(nodes.Call):
        match call:
            case nodes.Call(node=nodes.Name(name="t"), args=[nodes.Const(value=key)], dyn_kwargs=None):
                if key not in entries():
                    yield call.lineno, f"no word {key} in web/locale"
                elif missing := placeholders(key) - {keyword.key for keyword in call.kwargs}:
                    yield call.lineno, f"{key} also needs {', '.join(sorted(missing))}"


def placeholders(key: str) -> set[str]:
    texts = entries()[key].values()
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


def banned(source: str) -> Iterator[tuple[int, str]]:
    # Comments may talk about what markup must not do; they keep their length, so that line numbers stay right.
    text = re.sub(r"\{#.*?#\}", lambda comment: re.sub(r"[^\n]", " ", comment[0]), source, flags=re.DOTALL)
    for pattern, what in BANNED.items():
        for hit in re.finditer(pattern, text, flags=re.IGNORECASE):
            yield text.count("\n", 0, hit.start()) + 1, what


if __name__ == "__main__":
    main()
