"""Views and panels: who may watch what, and what one rendering depends on."""

import msgspec
import pytest

from orderhub.kernel import snapshots, views
from orderhub.kernel.actors import Actor
from orderhub.kernel.bus import Fact
from orderhub.kernel.ids import uuid7
from orderhub.kernel.snapshots import Reading
from orderhub.kernel.views import ANYONE, Params, Scope, View

PICKER = Actor(
    kind="person", id="person:1", name="Li", roles=frozenset({"warehouse"}), warehouses=frozenset({7})
)
CLERK = Actor(kind="person", id="person:2", name="Wang", roles=frozenset({"service"}), shops=frozenset({1}))
ADMIN = Actor(kind="person", id="person:3", name="Chen", roles=frozenset({"admin"}))
ROBOT = Actor(kind="token", id="token:1", name="robot", roles=frozenset())


async def shown(reading: Reading, params: Params, scope: Scope, lang: str) -> str:
    """Show what it was rendered with."""
    return f"{lang} {dict(params)} {sorted(scope.shops or ())} {scope.audience} {reading.version.count('.')}"


def has_its_role(actor: Actor | None, params: Params) -> bool:
    return actor is not None and params.get("role") in actor.roles


@pytest.fixture(autouse=True)
def _nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_views", {})
    monkeypatch.setattr(views, "_panels", [])
    views.register(View(name="board", roles=("warehouse", "service"), render=shown))
    views.register(View(name="wall", roles=("warehouse", "service"), render=shown, admits=has_its_role))
    views.register(
        View(name="receiver", roles=("warehouse", "service"), render=shown, audience=clear_or_masked)
    )
    views.register(View(name="journey", roles=(ANYONE,), render=shown))


def clear_or_masked(actor: Actor | None) -> str:
    return "clear" if actor and "service" in actor.roles else "masked"


def test_a_view_is_registered_once() -> None:
    with pytest.raises(ValueError, match="board twice"):
        views.register(View(name="board", roles=("admin",), render=shown))


@pytest.mark.parametrize(
    ("name", "actor", "may"),
    [
        ("board", PICKER, True),
        ("board", ADMIN, True),
        ("board", ROBOT, False),
        ("board", None, False),
        ("wall?role=warehouse", PICKER, True),
        ("wall?role=service", PICKER, False),
        ("wall", PICKER, False),
        ("journey", None, True),
        ("journey", PICKER, True),
        ("nonsense", ADMIN, False),
        ("", ADMIN, False),
    ],
)
def test_who_may_watch_what(name: str, actor: Actor | None, may: bool) -> None:
    assert (views.key(name, actor, "en") is not None) is may


def test_the_order_of_parameters_does_not_matter() -> None:
    assert views.key("board?a=1&b=2", PICKER, "en") == views.key("board?b=2&a=1", PICKER, "en")


def test_whatever_the_html_depends_on_is_part_of_the_key() -> None:
    same = msgspec.structs.replace(PICKER, id="person:9", name="Zhao", ip="10.0.0.9")
    assert views.key("board", PICKER, "en") == views.key("board", same, "en")
    others = {
        views.key("board", PICKER, "en"),
        views.key("board", PICKER, "zh-CN"),
        views.key("board?shop=1", PICKER, "en"),
        views.key("board", CLERK, "en"),
        views.key("receiver", PICKER, "en"),
        views.key("receiver", msgspec.structs.replace(PICKER, roles=frozenset({"service"})), "en"),
    }
    assert len(others) == 6


def test_somebody_unknown_reaches_nothing() -> None:
    key = views.key("journey", None, "en")
    assert key is not None
    assert key.scope == Scope(frozenset(), frozenset())


@pytest.mark.parametrize(
    ("actor", "shop", "warehouse", "reaches"),
    [
        (PICKER, 2, 7, True),
        (PICKER, 2, None, True),
        (PICKER, 2, 8, False),
        (CLERK, 1, 8, True),
        (CLERK, 2, 8, False),
    ],
)
def test_how_far_a_scope_reaches(actor: Actor, shop: int, warehouse: int | None, reaches: bool) -> None:
    order = uuid7()
    fact = Fact(kind="order", subject=order, root=order, stage="paid", shop=shop, warehouse=warehouse)
    view = views.view("board")
    assert view.concerns(fact, {}, views.scope_of(view, actor)) is reaches


async def test_rendering_uses_the_key_alone(database: str) -> None:
    key = views.key("receiver?order=7", CLERK, "en")
    assert key is not None
    rendered = await views.render(key)
    assert rendered.html == "en {'order': '7'} [1] clear 1"
    assert rendered.snapshot.number > 0


async def test_a_page_shows_its_panels_in_order_and_only_those_the_actor_may_see(database: str) -> None:
    views.register(View(name="order.money", roles=("finance",), render=shown))
    views.panel("order", "money", view="order.money", place=10)
    views.panel("order", "receiver", view="receiver", place=30)
    views.panel("order", "counts", view="board", place=20)
    views.panel("elsewhere", "counts", view="board")
    async with snapshots.reading() as reading:
        seen = await views.panels("order", reading, {"order": "7"}, CLERK, "en")
        one = await views.panels("order", reading, {"order": "7"}, ADMIN, "en", only="money")
    assert list(seen) == ["counts", "receiver"]
    assert seen["receiver"] == "en {'order': '7'} [1] clear 1"
    assert list(one) == ["money"]


def test_the_map_names_every_view_and_panel() -> None:
    views.panel("order", "counts", view="board", place=20)
    listing = views.listing()
    assert f"view board for warehouse, service: {__name__}" in listing
    assert listing[-1] == "panel order.counts at 20: view board"
