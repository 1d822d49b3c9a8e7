"""The order list, full and empty."""

from types import SimpleNamespace as Shape
from typing import Any

from tests.rendering.samples.shapes import ago, choice, page, part

_ROW: dict[str, Any] = {
    "href": "/orders/OH26110002986",
    "shop": "抖音旗舰店",
    "buyer": "王**",
    "outside": "6933410288700051",
    "currency": "CNY",
    "reached": 0,
    "reached_of": 0,
    "entered": None,
    "due": None,
    "late": False,
}


def orders(lang: str) -> str:
    rows = (
        _row("OH26110003102", "placed", minutes=3, amount_minor=12_900),
        _row("OH26110003071", "picking", minutes=50, late=True, due=ago(minutes=6), entered=ago(hours=2)),
        _row("OH26110002986", "in_transit", hours=21, reached=1, reached_of=3, amount_minor=51_200),
        _row("OH26110002971", "out_for_delivery", hours=31, amount_minor=1_234_567_890, buyer="欧阳**"),
        _row("OH25110000001", "cancelled", days=380, shop="Amazon Deutschland GmbH & Co", currency="EUR"),
    )
    listing = Shape(rows=rows, next="/orders?after=abc", first="/orders", searched=False)
    return page(
        "orders/list.html",
        lang,
        path="/orders",
        filters=_filters(),
        listing=part("orders/_list.html", lang, name="orders.list", query="stage=paid", listing=listing),
    )


def no_orders(lang: str) -> str:
    listing = Shape(rows=(), next=None, first=None, searched=True)
    filters = Shape(
        **(vars(_filters()) | {"q": "2046", "narrowed": True, "stage": "paid", "since": "2026-11-01"})
    )
    return page(
        "orders/list.html",
        lang,
        path="/orders",
        filters=filters,
        listing=part("orders/_list.html", lang, name="orders.list", listing=listing),
    )


def _row(number: str, stage: str, *, amount_minor: int = 51_200, **more: Any) -> Shape:
    stretch = {unit: more.pop(unit) for unit in ("minutes", "hours", "days") if unit in more}
    fixed = {
        "number": number,
        "stage": stage,
        "amount_minor": amount_minor,
        "pieces": 6,
        "placed_at": ago(**stretch),
    }
    return Shape(**(_ROW | fixed | more))


def _filters() -> Shape:
    stages = [choice(name) for name in ("", "late", "placed", "paid", "picking", "in_transit", "closed")]
    return Shape(
        q="",
        since="",
        until="",
        late=False,
        stage="",
        narrowed=False,
        stages=stages,
        shops=[choice(""), choice("3", "抖音旗舰店")],
        warehouses=[choice(""), choice("1", "苏州一仓")],
    )
