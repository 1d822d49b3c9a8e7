"""The operations board, busy and quiet."""

from types import SimpleNamespace as Shape
from typing import Any

from tests.rendering.samples.shapes import ago, ahead, page, part, said


def board(lang: str) -> str:
    return page(
        "insight/board.html",
        lang,
        path="/board",
        counts=part("insight/_counts.html", lang, name="board.counts", counts=_counts()),
        moves=part("insight/_moves.html", lang, name="board.moves", moves=_moves()),
        late=part("insight/_late.html", lang, name="board.late", late=Shape(rows=_late(), more=11)),
    )


def empty_board(lang: str) -> str:
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
            at=ago(seconds=at),
            actor="person:12",
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
