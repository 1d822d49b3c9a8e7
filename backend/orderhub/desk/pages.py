"""The pages of the desk: the task wall; the service desk and the dead letters have their own."""

from typing import Any

import msgspec
from litestar import Request, Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from markupsafe import Markup

from orderhub.accounts.access import SIGNED_IN
from orderhub.desk.letters import pages as letters_pages
from orderhub.desk.service import pages as service_pages
from orderhub.desk.wall import wall
from orderhub.kernel import snapshots, views
from orderhub.kernel.actors import ROLES, Actor
from orderhub.kernel.errors import NotAllowed
from orderhub.kernel.flows import all_flows
from orderhub.kernel.snapshots import Reading
from orderhub.kernel.views import Params, Scope, View
from orderhub.rendering import languages, templates
from orderhub.rendering.page import Fragment, Page
from orderhub.rendering.regions import Region

_SUPERVISORS = frozenset({"manager", "admin"})


class RoleChoice(msgspec.Struct, frozen=True, kw_only=True):
    """One of the walls a person may look at."""

    role: str
    href: str
    on: bool


@get("/wall", guards=[SIGNED_IN], media_type="text/html")
async def wall_page(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], role: FromQuery[str | None] = None
) -> Page:
    """Show the tasks of one's role; who supervises may look at every role's."""
    walls = _walls(actor)
    # A role that owns no stage yet has an empty wall, and is not refused its own page.
    params = {"role": role or next(iter(walls or sorted(actor.roles)), "")}
    _refuse_others(actor, params)
    async with snapshots.reading() as reading:
        region = await views.section("wall.cards", reading, params, actor, languages.of(request))
    roles = [RoleChoice(role=name, href=f"/wall?role={name}", on=name == params["role"]) for name in walls]
    return Page("desk/wall.html", roles=tuple(roles), cards=Markup(region))


@get("/wall/cards", guards=[SIGNED_IN], media_type="text/html")
async def wall_cards(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], role: FromQuery[str]
) -> Fragment:
    """Show the cards alone, as the live connection refetches them."""
    params = {"role": role}
    _refuse_others(actor, params)
    async with snapshots.reading() as reading:
        return Fragment(await views.section("wall.cards", reading, params, actor, languages.of(request)))


def _walls(actor: Actor) -> list[str]:
    owning = {stage.role for flow in all_flows().values() for stage in flow.stages}
    seen = ROLES if actor.roles & _SUPERVISORS else actor.roles
    return [role for role in ROLES if role in owning and role in seen]


def _refuse_others(actor: Actor, params: Params) -> None:
    if not _admits(actor, params):
        raise NotAllowed(needed=params.get("role", ""), got=", ".join(sorted(actor.roles)))


def _admits(actor: Actor | None, params: Params) -> bool:
    role = params.get("role")
    return actor is not None and role in ROLES and (role in actor.roles or bool(actor.roles & _SUPERVISORS))


async def _cards(reading: Reading, params: Params, scope: Scope, lang: str) -> str:
    query = f"role={params['role']}"
    region = Region(name="wall.cards", query=query, src=f"/wall/cards?{query}", version=reading.version)
    shown = await wall(reading.tx, params["role"], scope)
    return templates.render("desk/_cards.html", lang, region=region, wall=shown)


views.register(View(name="wall.cards", roles=ROLES, render=_cards, admits=_admits))
router = Router("/", route_handlers=[wall_page, wall_cards, service_pages.router, letters_pages.router])
