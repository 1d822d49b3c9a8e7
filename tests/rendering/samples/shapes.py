"""What every sample is made of: a moment, a person, a page around regions."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace as Shape
from typing import Any

from markupsafe import Markup

import orderhub.delivery.flow
import orderhub.orders.flow  # noqa: F401  (both register their flows)
from orderhub.kernel.actors import Actor
from orderhub.rendering import nav, templates
from orderhub.rendering.regions import Region

NOW = datetime(2026, 11, 22, 5, 51, 20, tzinfo=UTC)
MIN = Actor(
    kind="person",
    id="person:12",
    name="阿敏",
    roles=frozenset({"manager", "warehouse"}),
    warehouses=frozenset({1}),
)


def page(template: str, lang: str, *, actor: Actor | None = MIN, path: str = "/", **context: Any) -> str:
    """Return a whole page as `Page` would send it."""
    around = {
        "actor": actor,
        "tabs": nav.tabs(actor),
        "here": nav.current(path),
        "path": path,
        "csrf": "t0ken",
        "captive": "",
    }
    return templates.render(template, lang, **(around | context))


def part(
    template: str, lang: str, *, name: str, query: str = "", version: str = "7f3a.1201", **context: Any
) -> Markup:
    """Return a region as a view renders it."""
    src = "/" + name.replace(".", "/") + (f"?{query}" if query else "")
    region = Region(name=name, query=query, src=src, version=version)
    return Markup(templates.render(template, lang, region=region, **context))


def said(key: str, **data: Any) -> Shape:
    """Return words to be looked up later."""
    return Shape(key=key, data=data)


def said_refusal(code: str, **data: Any) -> Shape:
    """Return what a refusal shows of itself."""
    return Shape(code=code, data=data)


def ago(**stretch: float) -> datetime:
    return NOW - timedelta(**stretch)


def ahead(**stretch: float) -> datetime:
    return NOW + timedelta(**stretch)


def choice(value: str, text: str = "") -> Shape:
    return Shape(value=value, text=text, on=not value, href=f"/orders?stage={value}")


def move(kind: str, transition: str, **more: Any) -> Shape:
    usual: dict[str, Any] = {
        "icon": "next",
        "action": "/moves",
        "asks": (),
        "primary": False,
        "why_not": None,
    }
    return Shape(
        **(usual | {"kind": kind, "transition": transition, "subject": "0190", "visit": "0191"} | more)
    )
