"""Views: regions that a live connection may watch, and panels: views placed on a page that knows nothing of them.

A domain registers a view together with its render function when it is imported. The key of a view holds everything
its HTML depends on: name, parameters, scope, audience, language; so one rendering serves everybody who has the key.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias
from urllib.parse import parse_qsl

import msgspec

from orderhub.kernel import snapshots
from orderhub.kernel.actors import Actor, may
from orderhub.kernel.bus import Fact
from orderhub.kernel.snapshots import Reading, Snapshot

ANYONE = "anyone"  # among a view's roles: it may be watched without signing in

Params: TypeAlias = Mapping[str, str]


class Scope(msgspec.Struct, frozen=True):
    """How far the viewers of a rendering reach (None: everywhere), and what they may see in it (``View.audience``)."""

    shops: frozenset[int] | None
    warehouses: frozenset[int] | None
    audience: str = ""

    @property
    def reach(self) -> tuple[list[int] | None, list[int] | None]:
        """Return shops and warehouses as a statement takes them."""
        shops, warehouses = self.shops, self.warehouses
        return (None if shops is None else sorted(shops), None if warehouses is None else sorted(warehouses))

    def reaches(self, fact: Fact) -> bool:
        """Tell whether the subject lies within reach; one without a warehouse is seen by all who see its shop."""
        in_shop = self.shops is None or fact.shop in self.shops
        in_warehouse = self.warehouses is None or fact.warehouse is None or fact.warehouse in self.warehouses
        return in_shop and in_warehouse


Render: TypeAlias = Callable[[Reading, Params, Scope, str], Awaitable[str]]


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A region of a page, for the roles that may watch it.

    ``render(reading, params, scope, lang)`` returns the whole section, without anything of a single viewer; it raises
    NotFound where the scope does not reach. ``concerns`` must not ask for a stage alone: a fact names only the stage
    that was entered, and the region that was left has to change too. ``subject`` names the parameter that holds the id
    of a subject or root; then only facts of that one are asked about. ``admits`` decides on parameters (a wall's
    role), ``audience`` names what an actor sees where renderings differ by more than scope (masked, clear).
    """

    name: str
    roles: tuple[str, ...]
    render: Render
    concerns: Callable[[Fact, Params, Scope], bool] = lambda fact, _params, scope: scope.reaches(fact)
    subject: str | None = None
    admits: Callable[[Actor | None, Params], bool] = lambda _actor, _params: True
    audience: Callable[[Actor | None], str] = lambda _actor: ""


class Key(msgspec.Struct, frozen=True):
    """One rendering of a view."""

    name: str
    params: tuple[tuple[str, str], ...]
    scope: Scope
    lang: str


class Rendered(msgspec.Struct, frozen=True):
    """A fragment, and the snapshot its data came from."""

    html: str
    snapshot: Snapshot


class _Panel(msgspec.Struct, frozen=True, order=True):
    page: str
    place: int
    name: str
    view: str


_views: dict[str, View] = {}
_panels: list[_Panel] = []


def register(view: View) -> View:
    """Make a view known; its name is unique."""
    if view.name in _views:
        raise ValueError(f"expected one view of a name, got {view.name} twice")
    _views[view.name] = view
    return view


def panel(page: str, name: str, *, view: str, place: int = 50) -> None:
    """Place a view on a page as its panel ``name``; a lower ``place`` comes first."""
    _panels.append(_Panel(page, place, name, view))


def view(name: str) -> View:
    """Return a registered view."""
    return _views[name]


def key(asked: str, actor: Actor | None, lang: str) -> Key | None:
    """Return the key of ``name?parameters`` for an actor; None when unknown or not theirs, which look the same."""
    name, _, query = asked.partition("?")
    params = dict(parse_qsl(query, keep_blank_values=True))
    found = _views.get(name)
    if found is None or not is_allowed(found, actor, params):
        return None
    return Key(name, tuple(sorted(params.items())), scope_of(found, actor), lang)


def is_allowed(view: View, actor: Actor | None, params: Params) -> bool:
    """Tell whether an actor may watch a view with these parameters."""
    has_role = ANYONE in view.roles or (actor is not None and may(actor, view.roles) is not None)
    return has_role and view.admits(actor, params)


def scope_of(view: View, actor: Actor | None) -> Scope:
    """Return what a view shows an actor; somebody unknown reaches nothing but what the parameters open."""
    if actor is None:
        return Scope(frozenset(), frozenset(), view.audience(None))
    return Scope(actor.shops, actor.warehouses, view.audience(actor))


async def render(key: Key) -> Rendered:
    """Render a view at this moment."""
    async with snapshots.reading() as reading:
        html = await _views[key.name].render(reading, dict(key.params), key.scope, key.lang)
    return Rendered(html, reading.snapshot)


async def section(name: str, reading: Reading, params: Params, actor: Actor | None, lang: str) -> str:
    """Render a view as a part of a page that ``actor`` opens; the page has decided that they may see it."""
    found = _views[name]
    return await found.render(reading, params, scope_of(found, actor), lang)


async def panels(
    page: str, reading: Reading, params: Params, actor: Actor, lang: str, *, only: str | None = None
) -> dict[str, str]:
    """Render the panels of a page (or `only` one) that an actor may see, in their order, by name."""
    placed = [panel for panel in sorted(_panels) if panel.page == page and only in (None, panel.name)]
    seen = [panel for panel in placed if is_allowed(_views[panel.view], actor, params)]
    return {panel.name: await section(panel.view, reading, params, actor, lang) for panel in seen}


def listing() -> list[str]:
    """Return every view with its roles and render function, and every panel with its view: a map to read and grep."""
    shown = [f"view {v.name} for {', '.join(v.roles)}: {v.render.__module__}" for v in _views.values()]
    placed = [f"panel {p.page}.{p.name} at {p.place}: view {p.view}" for p in sorted(_panels)]
    return sorted(shown) + placed
