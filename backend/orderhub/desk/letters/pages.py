"""The page of dead letters: what could not be delivered, why, and the button to have it tried again."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from orderhub.accounts.access import requires
from orderhub.desk.letters.dead_letters import REPLAYERS, DeadLetter, dead_letters, replay
from orderhub.kernel import snapshots, views
from orderhub.kernel.actors import Actor
from orderhub.kernel.bus import Fact
from orderhub.kernel.snapshots import Reading
from orderhub.kernel.views import Params, Scope, View
from orderhub.rendering import languages, templates
from orderhub.rendering.offers import Offer
from orderhub.rendering.page import Fragment, Page
from orderhub.rendering.regions import Region

VIEW = "dead_letters.list"

_MAY = requires(*REPLAYERS)
_PATH = "/dead-letters"


@get(_PATH, guards=[_MAY], media_type="text/html")
async def dead_letters_page(request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Page:
    """Show what nobody tries to deliver any more."""
    return Page("desk/dead_letters.html", letters=Markup(await _section(request, actor)))


@get(f"{_PATH}/list", guards=[_MAY], media_type="text/html")
async def dead_letter_list(request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Fragment:
    """Show the list alone, as the live connection refetches it."""
    return Fragment(await _section(request, actor))


@post(f"{_PATH}/{{letter_id:uuid}}/replays", guards=[_MAY], status_code=204)
async def replay_letter(actor: NamedDependency[Actor], letter_id: FromPath[UUID]) -> Response[None]:
    """Have a letter tried again, after what kept it is gone. One that is alive already stays as it is."""
    await replay([letter_id], actor=actor)
    return Response(None, status_code=204)


async def _section(request: Request[Any, Any, Any], actor: Actor) -> str:
    async with snapshots.reading() as reading:
        return await views.section(VIEW, reading, _asked(request.query_params), actor, languages.of(request))


async def _list(reading: Reading, params: Params, scope: Scope, lang: str) -> str:
    after = params.get("after")
    found = await dead_letters(reading.tx, scope, after=after)
    shown = {
        "rows": [(one, _again(one)) for one in found.rows],
        "count": found.count,
        "next": f"{_PATH}?{urlencode({'after': found.after})}" if found.after else None,
        "first": _PATH if after else None,
    }
    query = urlencode(params)
    src = f"{_PATH}/list?{query}" if query else f"{_PATH}/list"
    region = Region(name=VIEW, query=query, src=src, version=reading.version)
    return templates.render("desk/_dead_letters.html", lang, region=region, listing=shown)


def _again(one: DeadLetter) -> Offer:
    return Offer(
        kind="letter",
        transition="replay",
        icon="sync",
        subject=str(one.subject_id),
        visit=str(one.id),
        action=f"{_PATH}/{one.id}/replays",
        primary=True,
    )


def _asked(query: Mapping[str, str]) -> dict[str, str]:
    return {"after": query["after"]} if query.get("after") else {}


def _is_a_letter(fact: Fact, _params: Params, scope: Scope) -> bool:
    return fact.kind == "letter" and scope.reaches(fact)


views.register(View(name=VIEW, roles=REPLAYERS, render=_list, concerns=_is_a_letter))
router = Router("/", route_handlers=[dead_letters_page, dead_letter_list, replay_letter])
