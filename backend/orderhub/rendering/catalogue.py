"""The words of every screen, in every language: one TOML file a room, checked as a whole when it is read.

A word is a table ``{ zh = "...", en = "..." }``; its key is the path to it (``stage.order.placed``). ``one`` may hold
the English singular, used when ``n`` is 1. Placeholders are those of ``str.format`` and the same in every language.
"""

import logging
import string
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, cast

import msgspec
from markupsafe import Markup, escape

from orderhub.rendering import places
from orderhub.rendering.languages import LANGUAGES

_COLUMNS = {"zh-CN": "zh", "en": "en"}
_log = logging.getLogger(__name__)
_forgiving = False


class BadWord(ValueError):
    """The catalogue itself is wrong: a language is missing, a key stands twice, placeholders differ."""


class MissingWord(KeyError):
    """A page asked for a key the catalogue does not hold."""


class Said(msgspec.Struct, frozen=True):
    """Words to be said, in whichever language: a key, and what stands in its placeholders."""

    key: str
    data: dict[str, Any] = {}


class Words:
    """The catalogue in one language."""

    def __init__(self, lang: str, entries: dict[str, dict[str, str]]) -> None:
        self.lang = lang
        self._column = _COLUMNS[lang]
        self._entries = entries

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def text(self, key: str, /, **params: Any) -> str:
        """Return the words for a key. A parameter that is markup (a time, a link) makes the whole text markup."""
        entry = self._entries.get(key)
        if entry is None:
            return _missing(key)
        pattern = entry[self._column]
        if self._column == "en" and params.get("n") == 1:
            pattern = entry.get("one", pattern)
        if not params:
            return pattern
        if any(hasattr(value, "__html__") for value in params.values()):
            return Markup(escape(pattern)).format(**params)
        return pattern.format(**params)

    def say(self, said: "Said") -> str:
        """Return the words for something that names its key; what stands in its placeholders may be words too."""
        data = {
            name: self.say(value) if isinstance(value, Said) else value for name, value in said.data.items()
        }
        return self.text(said.key, **data)

    def starting(self, prefix: str) -> dict[str, str]:
        """Return the patterns of all keys below a prefix, without it: what the page's own script needs."""
        found = {key: entry for key, entry in self._entries.items() if key.startswith(prefix)}
        return {key.removeprefix(prefix): entry[self._column] for key, entry in found.items()}


@cache
def words(lang: str) -> Words:
    """Return the catalogue in a language."""
    return Words(lang, entries())


@cache
def entries() -> dict[str, dict[str, str]]:
    """Return every word of every room by its key."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(places.locale().glob("*.toml")):
        for key, entry in read(path).items():
            if key in found:
                raise BadWord(f"{path.name}: {key} stands in another file already")
            found[key] = entry
    return found


def read(path: Path) -> dict[str, dict[str, str]]:
    """Return the checked words of one file."""
    with path.open("rb") as file:
        flat = _flatten(tomllib.load(file), "")
    for key, entry in flat.items():
        _check(f"{path.name}: {key}", entry)
    return flat


def forgive() -> None:
    """Show a missing key itself, and log it, from now on: for serving, where half a page is better than none."""
    global _forgiving
    _forgiving = True


def _missing(key: str) -> str:
    if not _forgiving:
        raise MissingWord(key)
    _log.error("the catalogue has no word for %s", key)
    return key


def _flatten(table: dict[str, Any], prefix: str) -> dict[str, dict[str, str]]:
    flat: dict[str, dict[str, str]] = {}
    for name, value in table.items():
        if not isinstance(value, dict):
            raise BadWord(f"{prefix}{name}: expected a table of languages, got {value!r}")
        if all(isinstance(text, str) for text in value.values()):
            flat[prefix + name] = cast(dict[str, str], value)
        else:
            flat |= _flatten(value, f"{prefix}{name}.")
    return flat


def _check(where: str, entry: dict[str, str]) -> None:
    wanted = {_COLUMNS[lang] for lang in LANGUAGES}
    if not wanted <= entry.keys() <= wanted | {"one"}:
        raise BadWord(f"{where}: expected {sorted(wanted)}, got {sorted(entry)}")
    holes = {language: _placeholders(text) for language, text in entry.items() if language != "one"}
    if len(set(holes.values())) > 1 or "" in entry.values():
        raise BadWord(f"{where}: placeholders differ or a text is empty: {holes}")


def _placeholders(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)
