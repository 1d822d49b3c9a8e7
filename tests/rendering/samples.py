"""Every page with believable content, built as the rooms build it: regions first, then the page around them."""

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


def pages(lang: str) -> dict[str, str]:
    """Return the markup of every page in a language, by its name."""
    made = {name: build(lang) for name, build in _PAGES.items()}
    return made | {f"{name}-empty": build(lang) for name, build in _EMPTY.items()}


def page(template: str, lang: str, *, actor: Actor | None = MIN, path: str = "/", **context: Any) -> str:
    """Return a whole page as `Page` would send it."""
    around = {
        "actor": actor,
        "tabs": nav.tabs(actor),
        "here": nav.current(path),
        "path": path,
        "csrf": "t0ken",
    }
    return templates.render(template, lang, **around, **context)


def part(template: str, lang: str, *, name: str, query: str = "", **context: Any) -> Markup:
    """Return a region as a view renders it."""
    src = "/" + name.replace(".", "/") + (f"?{query}" if query else "")
    region = Region(name=name, query=query, src=src, version="7f3a.1201")
    return Markup(templates.render(template, lang, region=region, **context))


def said(key: str, **data: Any) -> Shape:
    """Return words to be looked up later."""
    return Shape(key=key, data=data)


def ago(**stretch: float) -> datetime:
    return NOW - timedelta(**stretch)


def ahead(**stretch: float) -> datetime:
    return NOW + timedelta(**stretch)


def _board(lang: str) -> str:
    return page(
        "insight/board.html",
        lang,
        path="/board",
        counts=part("insight/_counts.html", lang, name="board.counts", counts=_counts()),
        moves=part("insight/_moves.html", lang, name="board.moves", moves=_moves()),
        late=part("insight/_late.html", lang, name="board.late", late=Shape(rows=_late(), more=11)),
    )


def _empty_board(lang: str) -> str:
    quiet = Shape(watch=0, places=(), tiles=(), pipes=())
    return page(
        "insight/board.html",
        lang,
        path="/board",
        counts=part("insight/_counts.html", lang, name="board.counts", counts=quiet),
        moves=part("insight/_moves.html", lang, name="board.moves", moves=()),
        late=part("insight/_late.html", lang, name="board.late", late=Shape(rows=(), more=0)),
    )


def _counts() -> Shape:
    tiles = (
        _tile(
            "today",
            3284,
            trend=(3, 5, 9, 20, 18, 26, 31, 30, 44),
            note=said("board.note.yesterday", percent="+18%"),
        ),
        _tile("to_ship", 412, trend=(60, 52, 40, 33, 24, 19, 12)),
        _tile("soon", 17, tone="warn", trend=(1, 2, 1, 3, 5, 9, 17), limit=10, note=said("board.note.none")),
        _tile("late", 13, tone="bad", trend=(0, 0, 1, 4, 9, 13), limit=4, note=_in_picking()),
    )
    orders = _pipe(
        "order", placed=41, paid=86, allocated=142, picking=208, in_transit=402, signed=377, closed=0
    )
    shipments = _pipe("shipment", allocated=142, picking=208, packed=204, out_for_delivery=265, signed=377)
    return Shape(watch=2, places=("苏州一仓", "合肥仓"), tiles=tiles, pipes=(orders, shipments))


def _in_picking() -> Shape:
    return said("board.note.stage", n=12, stage="拣货中")


def _tile(name: str, value: int, **more: Any) -> Shape:
    return Shape(
        **({"name": name, "value": value, "href": "/orders", "tone": "", "note": None} | _NO_TREND | more)
    )


_NO_TREND: dict[str, Any] = {"trend": (), "limit": None}


def _pipe(kind: str, **counts: int) -> Shape:
    bars = [Shape(stage=s, count=n, late=n // 20, href=f"/orders?stage={s}") for s, n in counts.items()]
    return Shape(kind=kind, bars=bars, most=max(counts.values()))


def _moves() -> tuple[Shape, ...]:
    rows = (
        ("shipment", "3068-1", "packed", "阿敏", "warehouse", 12),
        ("order", "OH26110003102", "paid", "", "channel", 55),
        ("shipment", "2971-1", "signed", "SF Express", "carrier", 400),
        ("order", "OH26110002900", "cancelled", "小禾", "service", 90_000),
    )
    return tuple(
        Shape(
            subject=n,
            kind=k,
            number=n,
            href="/orders/1",
            before=None,
            stage=s,
            who=w,
            role=r,
            at=ago(seconds=at), actor="person:12",
        )
        for k, n, s, w, r, at in rows
    )


def _late() -> tuple[Shape, ...]:
    rows = (
        ("shipment", "2986-2", "picking", "warehouse", ahead(minutes=-192)),
        ("shipment", "3044-1", "allocated", "warehouse", ahead(minutes=-6)),
        ("order", "OH26110003071", "paid", "operations", ahead(minutes=9)),
        ("shipment", "3090-1", "out_for_delivery", "service", ahead(minutes=50)),
    )
    return tuple(
        Shape(
            kind=k,
            number=n,
            href="/orders/1",
            stage=s,
            role=r,
            shop="抖音旗舰店",
            entered=ago(hours=1),
            due=due,
        )
        for k, n, s, r, due in rows
    )


def _orders(lang: str) -> str:
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


def _no_orders(lang: str) -> str:
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
    stages = [_choice(name) for name in ("", "late", "placed", "paid", "picking", "in_transit", "closed")]
    return Shape(
        q="",
        since="",
        until="",
        late=False,
        stage="",
        narrowed=False,
        stages=stages,
        shops=[_choice(""), _choice("3", "抖音旗舰店")],
        warehouses=[_choice(""), _choice("1", "苏州一仓")],
    )


def _choice(value: str, text: str = "") -> Shape:
    return Shape(value=value, text=text, on=not value, href=f"/orders?stage={value}")


def _order(lang: str) -> str:
    panels = {
        name: part(f"orders/_{name.partition('.')[2]}.html", lang, name=name, query="order=1", **context)
        for name, context in _panels().items()
    }
    return page(
        "orders/order.html", lang, path="/orders/OH26110002986", number="OH26110002986", panels=panels
    )


def _new_order(lang: str) -> str:
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


def _panels() -> dict[str, dict[str, Any]]:
    return {
        "order.head": {"head": _head()},
        "order.children": {"children": _children()},
        "order.lines": {"lines": _lines(), "currency": "CNY"},
        "order.timeline": {"timeline": Shape(acts=_acts(), more=True)},
        "order.moves": {
            "moves": (_move("order", "cancel", icon="x", asks=("reason",)), _move("order", "close"))
        },
        "order.money": {"money": _money()},
        "order.numbers": {"numbers": (_number("order", "6933410288700051"), _number("erp", "SO-26110955"))},
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
            moves=(_move("shipment", "collect", asks=_WAYBILL),),
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
            "moved",
            _changed("stage", "picking", "packed", form="stage"),
            why="规则 R-12",
        ),
        _act("", "system", "changed", _changed("promised", ago(hours=3), ahead(hours=20), form="time")),
        _act(
            "小禾",
            "service",
            "changed",
            _changed("receiver", None, None, form="hidden"),
            device="Chrome · Windows",
        ),
        _act("抖音", "channel", "paid", _changed("paid", 0, 51_200, form="money", currency="CNY")),
        _act(
            "抖音",
            "channel",
            "opened",
            _changed("stage", None, "allocated", form="stage"),
            _changed("shop", "", "3"),
        ),
    )


def _act(who: str, role: str, action: str, *changes: Shape, **more: Any) -> Shape:
    usual: dict[str, Any] = {"device": "Chrome · Android", "ip": "10.2.8.31", "why": None, "about": "2986-2"}
    return Shape(
        **(
            usual
            | {"at": ago(hours=5), "who": who, "role": role, "kind": "shipment", "action": action, "word": f"act.{action}"}
            | more
        ),
        changes=changes,
    )


def _changed(field: str, before: Any, after: Any, *, form: str = "text", currency: str = "") -> Shape:
    return Shape(field=field, before=before, after=after, form=form, currency=currency)


def _move(kind: str, transition: str, **more: Any) -> Shape:
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


def _wall(lang: str) -> str:
    cards = (
        _card(
            "3071",
            "packed",
            (_move("shipment", "collect", icon="hand", asks=_WAYBILL, primary=True),),
            minutes=12,
        ),
        _card("3068", "allocated", (_move("shipment", "pick", icon="scan", primary=True),), minutes=48),
        _card("3075", "picking", (_move("shipment", "pack", icon="box", why_not=_NO_WAYBILL),), minutes=80),
        _card("3044", "picking", (_move("shipment", "pack", icon="box", primary=True),), minutes=-6),
    )
    wall = Shape(role="warehouse", places=("苏州一仓",), done_today=38, cards=cards, more=3)
    return page("desk/wall.html", lang, path="/wall", roles=_roles(), cards=_cards(lang, wall))


_NO_WAYBILL = said("refusal.no_waybill")


def _empty_wall(lang: str) -> str:
    wall = Shape(role="warehouse", places=(), done_today=0, cards=(), more=0)
    return page("desk/wall.html", lang, path="/wall", roles=(), cards=_cards(lang, wall))


def _cards(lang: str, wall: Shape) -> Markup:
    return part("desk/_cards.html", lang, name="wall.cards", query="role=warehouse", wall=wall)


def _roles() -> tuple[Shape, ...]:
    return tuple(
        Shape(role=role, href=f"/wall?role={role}", on=role == "warehouse")
        for role in ("warehouse", "manager")
    )


def _card(short: str, stage: str, moves: tuple[Shape, ...], *, minutes: int) -> Shape:
    lines = (
        Shape(name="机油滤清器 W712", detail="W712 · A-02-1", pieces=2),
        Shape(name="Brake fluid DOT4 500 ml", detail="DOT4-500 · B-07-3", pieces=12),
    )
    for move in moves:
        move.visit = f"visit-{short}"
    return Shape(
        subject=short,
        visit=f"visit-{short}",
        kind="shipment",
        stage=stage,
        short=short,
        number=f"OH2611000{short}-1",
        href="/orders/1",
        shop="抖音旗舰店",
        pieces=6,
        skus=4,
        entered=ago(minutes=50),
        due=ahead(minutes=minutes),
        note=said("refusal.no_waybill") if minutes < 0 else None,
        lines=lines,
        moves=moves,
    )


def _messages(lang: str) -> str:
    moves = (
        _move("message", "replay", icon="sync", primary=True),
        _move("message", "dismiss", icon="x", asks=("reason",)),
    )
    reasons = (said("refusal.bad_input", field="lines[0].sku", expected="a listing", got="W-712-X"),)
    body = '{"order_no": "6933410288700051", "lines": [{"sku": "W-712-X", "qty": 2}]}'
    usual: dict[str, Any] = {
        "source": "generic",
        "shop": "抖音旗舰店",
        "body": body,
        "reasons": reasons,
        "tries": 0,
    }
    rows = (
        Shape(
            **(
                usual
                | {"id": "1", "number": "6933410288700051", "state": "waiting", "cut": True, "moves": moves}
            ),
            received_at=ago(minutes=2),
        ),
        Shape(
            **(
                usual
                | {"id": "2", "number": None, "state": "dismissed", "cut": False, "moves": (), "tries": 2}
            ),
            received_at=ago(days=2),
        ),
    )
    listing = Shape(rows=rows, waiting=1, next=None, first=None)
    return _message_page(lang, listing)


def _no_messages(lang: str) -> str:
    return _message_page(lang, Shape(rows=(), waiting=0, next=None, first=None))


def _message_page(lang: str, listing: Shape) -> str:
    states = [
        Shape(value=v, text="", on=v == "waiting", href=f"/messages?state={v}")
        for v in ("waiting", "replayed", "dismissed")
    ]
    messages = part("intake/_messages.html", lang, name="messages.list", listing=listing)
    return page("intake/messages.html", lang, path="/messages", states=states, messages=messages)


def _sign_in(lang: str) -> str:
    return page("accounts/sign_in.html", lang, actor=None, error=said_refusal("not_allowed"), next="/wall")


def _set_up(lang: str) -> str:
    return page("accounts/set_up.html", lang, actor=None, error=None, token="once")


def _me(lang: str) -> str:
    sessions = (
        Shape(id="1", agent="Chrome · Android", ip="10.2.8.31", seen_at=ago(seconds=2), current=True),
        Shape(id="2", agent=None, ip=None, seen_at=ago(hours=25), current=False),
    )
    return page("accounts/me.html", lang, path="/me", sessions=sessions, error=None, least=12)


def _error(lang: str) -> str:
    return page("rendering/error.html", lang, status=500, error=None, request_id="0190-abc")


def _not_found(lang: str) -> str:
    return page("rendering/error.html", lang, status=404, error=said_refusal("not_found"), request_id=None)


def said_refusal(code: str, **data: Any) -> Shape:
    """Return what a refusal shows of itself."""
    return Shape(code=code, data=data)


_PAGES = {
    "sign-in": _sign_in,
    "set-up": _set_up,
    "me": _me,
    "error": _error,
    "not-found": _not_found,
    "board": _board,
    "orders": _orders,
    "order": _order,
    "wall": _wall,
    "messages": _messages,
}
_EMPTY = {
    "board": _empty_board,
    "orders": _no_orders,
    "order": _new_order,
    "wall": _empty_wall,
    "messages": _no_messages,
}
