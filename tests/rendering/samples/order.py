"""One order, on its way and just placed."""

from types import SimpleNamespace as Shape
from typing import Any

from tests.rendering.samples.shapes import ago, ahead, move, page, part


def order(lang: str) -> str:
    panels = {
        name: part(f"orders/_{name.partition('.')[2]}.html", lang, name=name, query="order=1", **context)
        for name, context in _panels().items()
    }
    panels["order.answer"] = part(
        "journey/_answer.html", lang, name="order.answer", query="order=1", answers=answers()
    )
    return page(
        "orders/order.html", lang, path="/orders/OH26110002986", number="OH26110002986", panels=panels
    )


def new_order(lang: str) -> str:
    head = Shape(
        **(vars(_panels()["order.head"]["head"]) | {"parcels": 0, "late": 0, "stage": "placed", "due": None})
    )
    panels = {
        "order.head": part("orders/_head.html", lang, name="order.head", head=head),
        "order.children": part("orders/_children.html", lang, name="order.children", children=()),
        "order.moves": part("orders/_moves.html", lang, name="order.moves", moves=()),
    }
    return page(
        "orders/order.html", lang, path="/orders/OH26110002986", number="OH26110002986", panels=panels
    )


def answers() -> tuple[Shape, ...]:
    link = "https://hub.example.com/t/AZrYvV6ReTuP0mZ1nQk7aAABq8yA2mZc1TnQxwVbLrE3gg"
    return (
        Shape(
            lang="zh-CN",
            text="你的订单 OH26110002986 分成 3 个包裹。1. 机油滤清器 ×2：已发出，顺丰尾号 4471；2. 刹车油 ×2：备货中。",
            copy="复制中文",
            follow="随时看进度：",
            address=link,
        ),
        Shape(
            lang="en",
            text="Your order OH26110002986 comes in 3 parcels. 1. 机油滤清器 ×2: on its way, SF Express ending 4471.",
            copy="Copy in English",
            follow=" Follow it here: ",
            address=link,
        ),
    )


def _panels() -> dict[str, dict[str, Any]]:
    return {
        "order.head": {"head": _head()},
        "order.children": {"children": _children()},
        "order.lines": {"lines": _lines(), "currency": "CNY"},
        "order.timeline": {"timeline": Shape(acts=_acts(), more=True)},
        "order.moves": {
            "moves": (move("order", "cancel", icon="x", asks=("reason",)), move("order", "close"))
        },
        "order.correction": {
            "correction": Shape(number="OH26110002986", parts=("receiver", "remark"), sealed=True)
        },
        "order.money": {"money": _money()},
        "order.numbers": {
            "numbers": (_number("channel_order", "6933410288700051"), _number("erp", "SO-26110955"))
        },
    }


def _head() -> Shape:
    return Shape(
        number="OH26110002986",
        stage="in_transit",
        shop="抖音旗舰店",
        placed_at=ago(hours=21),
        buyer="王**",
        phone="138****2046",
        region="江苏省 苏州市 吴中区",
        remark="放门卫，到了打电话",
        parcels=3,
        late=1,
        reached=1,
        reached_of=3,
        role="service",
        entered=ago(hours=5),
        due=ahead(hours=-1),
    )


def _children() -> tuple[Shape, ...]:
    return (
        _child("2986-1", "in_transit", carrier="SF Express", waybill="SF1029338444471", due=ahead(hours=4)),
        _child(
            "2986-2",
            "packed",
            late=True,
            due=ago(minutes=12),
            moves=(move("shipment", "collect", asks=_WAYBILL),),
        ),
        _child("2986-3", "signed", carrier="中通", waybill="771200481190", role=None),
    )


_WAYBILL = ("waybill",)


def _child(number: str, stage: str, **more: Any) -> Shape:
    usual: dict[str, Any] = {
        "carrier": None,
        "waybill": None,
        "role": "warehouse",
        "due": None,
        "late": False,
    }
    fixed = {"subject": number, "kind": "shipment", "number": number, "stage": stage, "warehouse": "苏州一仓"}
    return Shape(**(usual | fixed | {"pieces": 2, "entered": ago(hours=5), "moves": ()} | more))


def _lines() -> tuple[Shape, ...]:
    counts = (Shape(name="allocated", pieces=2), Shape(name="packed", pieces=1))
    plain: dict[str, Any] = {"outside": None, "part_of": None, "counts": counts}
    return (
        Shape(**(plain | {"name": "机油滤清器 W712", "sku": "W712", "ordered": 2, "amount_minor": 7_800})),
        Shape(
            **(
                plain
                | {"name": "Brake fluid DOT4 500 ml", "sku": "DOT4-500", "ordered": 2, "amount_minor": 29_800}
            )
        ),
        Shape(
            **(
                plain
                | {"name": "铱金火花塞", "sku": "IR-1", "ordered": 4, "amount_minor": 0, "part_of": "四支装"}
            )
        ),
    )


def _money() -> Shape:
    rows = (("goods", 56_600), ("discount", -6_200), ("shipping", 800))
    return Shape(
        currency="CNY",
        rows=[Shape(name=name, amount_minor=amount) for name, amount in rows],
        due=Shape(name="total", amount_minor=51_200),
        entries=(Shape(kind="payment", number="42000261190873301", amount_minor=51_200, at=ago(hours=21)),),
        state="paid",
    )


def _number(scheme: str, number: str) -> Shape:
    return Shape(scheme=scheme, number=number, of="")


def _acts() -> tuple[Shape, ...]:
    return (
        _act(
            "阿敏",
            "warehouse",
            "erased",
            _changed("stage", "picking", "packed", form="stage"),
            why="规则 R-12",
        ),
        _act("", "system", "changed", _changed("promised", ago(hours=3), ahead(hours=20), form="time")),
        _act(
            "小禾",
            "service",
            "changed",
            _changed("receiver.name", None, None, form="hidden"),
            device="Chrome · Windows",
        ),
        _act(
            "抖音", "channel", "money.booked", _changed("paid_minor", 0, 51_200, form="money", currency="CNY")
        ),
        _act(
            "抖音",
            "channel",
            "opened",
            _changed("stage", None, "allocated", form="stage"),
            _changed("shop", "", "3"),
        ),
    )


def _act(who: str, role: str, action: str, *changes: Shape, **more: Any) -> Shape:
    usual: dict[str, Any] = {
        "device": "Chrome · Android",
        "ip": "10.2.8.31",
        "why": None,
        "about": "2986-2",
        "request": "01a203f99f6f763c817bcefc40cb6afa" if role not in ("system", "channel") else None,
    }
    return Shape(
        **(
            usual
            | {
                "at": ago(hours=5),
                "who": who,
                "role": role,
                "kind": "shipment",
                "action": action,
                "word": f"act.{action}",
            }
            | more
        ),
        changes=changes,
    )


def _changed(field: str, before: Any, after: Any, *, form: str = "text", currency: str = "") -> Shape:
    return Shape(field=field, before=before, after=after, form=form, currency=currency)
