"""The page of messages that could not be applied: why, as they came, and what can be done."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from orderhub.accounts.access import requires
from orderhub.intake import queue, replay
from orderhub.intake.queue import Kept
from orderhub.intake.refusals import NotApplied
from orderhub.kernel import snapshots, views
from orderhub.kernel.actors import Actor
from orderhub.kernel.bus import Fact
from orderhub.kernel.snapshots import Reading
from orderhub.kernel.views import Params, Scope, View
from orderhub.rendering import languages, templates
from orderhub.rendering.offers import Offer
from orderhub.rendering.page import Fragment, Page
from orderhub.rendering.regions import Region

_MAY = requires("operations", "manager", "admin")
_ROLES = ("operations", "manager", "admin")


class StateChoice(msgspec.Struct, frozen=True, kw_only=True):
    """One of the states a message may be in."""

    value: str
    text: str = ""
    on: bool = False
    href: str = ""


@get("/messages", guards=[_MAY], media_type="text/html")
async def messages(request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Page:
    """Show the messages that wait for a person, or what has become of the others."""
    asked = _asked(request.query_params)
    async with snapshots.reading() as reading:
        region = await views.section("messages.list", reading, asked, actor, languages.of(request))
    state = asked.get("state", "waiting")
    states = [
        StateChoice(value=name, on=name == state, href=f"/messages?state={name}") for name in queue.STATES
    ]
    return Page("intake/messages.html", states=tuple(states), messages=Markup(region))


@get("/messages/list", guards=[_MAY], media_type="text/html")
async def message_list(request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Fragment:
    """Show the list alone, as the live connection refetches it."""
    async with snapshots.reading() as reading:
        asked = _asked(request.query_params)
        return Fragment(await views.section("messages.list", reading, asked, actor, languages.of(request)))


@post("/messages/{message_id:uuid}/replays", guards=[_MAY], status_code=204)
async def replay_message(actor: NamedDependency[Actor], message_id: FromPath[UUID]) -> Response[None]:
    """Have a message applied again, after its reason is gone."""
    (outcome,) = await replay.replay([message_id], actor=actor)
    if outcome.state == "waiting":
        raise NotApplied
    return Response(None, status_code=204)


async def _list(reading: Reading, params: Params, scope: Scope, lang: str) -> str:
    state, after = params.get("state", "waiting"), params.get("after")
    found = await queue.queue(reading.tx, scope, state=state, after=after)
    query = urlencode(params)
    base = f"/messages?state={state}"
    shown = {
        "state": state,
        "rows": [
            msgspec.structs.asdict(one) | {"id": str(one.id), "moves": _moves(one)} for one in found.rows
        ],
        "waiting": found.waiting,
        "next": f"{base}&{urlencode({'after': found.after})}" if found.after else None,
        "first": base if after else None,
    }
    src = f"/messages/list?{query}" if query else "/messages/list"
    region = Region(name="messages.list", query=query, src=src, version=reading.version)
    return templates.render("intake/_messages.html", lang, region=region, listing=shown)


def _moves(one: Kept) -> tuple[Offer, ...]:
    if one.state != "waiting":
        return ()
    subject, visit = str(one.id), str(one.visit)
    again = f"/messages/{one.id}/replays"
    return (
        Offer(
            kind="message",
            transition="replay",
            icon="sync",
            subject=subject,
            visit=visit,
            action=again,
            primary=True,
        ),
        Offer(kind="message", transition="dismiss", icon="x", subject=subject, visit=visit, asks=("reason",)),
    )


def _asked(query: Mapping[str, str]) -> dict[str, str]:
    return {name: query[name] for name in ("state", "after") if query.get(name)}


def _is_a_message(fact: Fact, _params: Params, scope: Scope) -> bool:
    return fact.kind == "message" and scope.reaches(fact)


views.register(View(name="messages.list", roles=_ROLES, render=_list, concerns=_is_a_message))
router = Router("/", route_handlers=[messages, message_list, replay_message])
