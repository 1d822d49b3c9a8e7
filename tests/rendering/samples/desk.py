"""The service desk: asked nothing, several orders to choose from, nothing found."""

from types import SimpleNamespace as Shape
from typing import Any

from tests.rendering.samples.shapes import ago, page, part


def empty_desk(lang: str) -> str:
    return page("desk/desk.html", lang, path="/desk", q="", parts=())


def several(lang: str) -> str:
    hits = (
        _hit("OH26110002986", "in_transit", goods="机油滤清器 W712", hours=3),
        _hit("OH26110002871", "packed", goods="Brake fluid DOT4 500 ml", hours=30, others=2, late=True),
    )
    found = part("desk/_hits.html", lang, name="desk.hits", query="orders=1,2", hits=hits, more=True)
    return page("desk/desk.html", lang, path="/desk", q="2046", parts=(found,))


def nothing_found(lang: str) -> str:
    found = part(
        "desk/_messages.html",
        lang,
        name="desk.messages",
        query="q=69330000&alone=1",
        messages=(),
        alone=True,
        ready=0,
        q="69330000",
        looked=200,
        everywhere=False,
    )
    return page("desk/desk.html", lang, path="/desk", q="69330000", parts=(found,))


def _hit(number: str, stage: str, *, goods: str, hours: int, others: int = 0, late: bool = False) -> Shape:
    row: dict[str, Any] = {
        "number": number,
        "stage": stage,
        "shop": "抖音旗舰店",
        "buyer": "王**",
        "placed_at": ago(hours=hours),
        "amount_minor": 51_200,
        "currency": "CNY",
        "late": late,
        "due": ago(minutes=12) if late else None,
    }
    return Shape(row=Shape(**row), goods=goods, others=others)
