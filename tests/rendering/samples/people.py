"""Pages about people, and pages that could not be shown."""

from types import SimpleNamespace as Shape
from typing import Any

from tests.rendering.samples.shapes import ago, page, said_refusal

_REACH = {"shops": ("天猫旗舰店",), "warehouses": ("苏州一仓", "合肥仓")}


def sign_in(lang: str) -> str:
    return page(
        "accounts/sign_in.html",
        lang,
        actor=None,
        error=said_refusal("not_allowed"),
        next="/wall",
        login="min",
    )


def set_up(lang: str) -> str:
    given = Shape(organisation="", shop="", warehouse="", name="", login="min")
    return page("accounts/set_up.html", lang, actor=None, error=None, token="once", given=given, least=12)


def me(lang: str, **around: Any) -> str:
    sessions = (
        Shape(id="1", agent="Chrome · Android", ip="10.2.8.31", seen_at=ago(seconds=2), current=True),
        Shape(id="2", agent=None, ip=None, seen_at=ago(hours=25), current=False),
    )
    given = {"sessions": sessions, "error": None, "least": 12, "login": "min", "reach": _REACH}
    return page("accounts/me.html", lang, path="/me", **(given | around))


def error(lang: str) -> str:
    return page("rendering/error.html", lang, status=500, error=None, request_id="0190-abc")


def not_found(lang: str) -> str:
    return page("rendering/error.html", lang, status=404, error=said_refusal("not_found"), request_id=None)
