"""Which language a person reads: their choice, then their preference, then their browser, then Chinese."""

from collections.abc import Mapping
from typing import Any

from litestar.connection import ASGIConnection

LANGUAGES = ("zh-CN", "en")
COOKIE = "lang"
_DEFAULT = LANGUAGES[0]


def of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the language of a page or a live connection.

    ``?lang=`` wins and is remembered by the page in a cookie; a sign-in may leave the person's preference in the
    connection's state under ``language``.
    """
    chosen = connection.query_params.get(COOKIE), connection.cookies.get(COOKIE)
    preferred = connection.scope.get("state", {}).get("language")
    for language in (*chosen, preferred):
        if language in LANGUAGES:
            return str(language)
    return accepted(connection.headers.get("accept-language", ""))


def accepted(header: str) -> str:
    """Return the best language for an Accept-Language header; any Chinese counts as ours, any other falls to English."""
    ranges = sorted((_range(part) for part in header.split(",") if part.strip()), key=lambda pair: -pair[1])
    for tag, weight in ranges:
        if weight > 0 and tag.startswith("zh"):
            return "zh-CN"
        if weight > 0 and tag.startswith("en"):
            return "en"
    return "en" if ranges and ranges[0][0] not in ("*", "") else _DEFAULT


def of_terminal(environ: Mapping[str, str]) -> str:
    """Return the language of whoever runs a command, from the environment of their terminal."""
    wanted = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return "zh-CN" if wanted.startswith("zh") else "en"


def _range(part: str) -> tuple[str, float]:
    tag, _, weight = part.strip().lower().partition(";q=")
    try:
        return tag.strip(), float(weight or 1)
    except ValueError:
        return tag.strip(), 0.0
