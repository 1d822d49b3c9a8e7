"""The task wall, with work and without."""

from types import SimpleNamespace as Shape

from markupsafe import Markup

from tests.rendering.samples.shapes import ago, ahead, move, page, part, said


def wall(lang: str) -> str:
    moves = (
        (move("shipment", "collect", icon="hand", asks=("waybill",), primary=True),),
        (move("shipment", "pick", icon="scan", primary=True),),
        (move("shipment", "pack", icon="box", why_not=_NO_WAYBILL),),
        (move("shipment", "pack", icon="box", primary=True),),
    )
    waiting = (
        _card("3071", "packed", moves[0], minutes=12),
        _card("3068", "allocated", moves[1], minutes=48),
        _card("3075", "picking", moves[2], minutes=80),
        _card("3044", "picking", moves[3], minutes=-6),
    )
    shown = wall_of(*waiting, more=3)
    return page("desk/wall.html", lang, path="/wall", roles=_roles(), cards=_cards(lang, shown))


def wall_of(*waiting: Shape, more: int = 0) -> Shape:
    """Return a wall of the warehouse with these cards."""
    return Shape(role="warehouse", owns=True, places=("苏州一仓",), done_today=38, cards=waiting, more=more)


def cards(*shorts: str) -> list[Shape]:
    """Return cards of packed parcels that wait for their waybill."""
    return [
        _card(short, "packed", (move("shipment", "collect", asks=("waybill",), primary=True),), minutes=30)
        for short in shorts
    ]


_NO_WAYBILL = said("refusal.no_waybill")


def empty_wall(lang: str) -> str:
    nothing = Shape(role="warehouse", owns=True, places=(), done_today=0, cards=(), more=0)
    return page("desk/wall.html", lang, path="/wall", roles=(), cards=_cards(lang, nothing))


def _cards(lang: str, shown: Shape) -> Markup:
    return part("desk/_cards.html", lang, name="wall.cards", query="role=warehouse", wall=shown)


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
    for offer in moves:
        offer.visit = f"visit-{short}"
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
