"""The page of the service desk: the box, and below it one order, several to choose from, or why there is none."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from markupsafe import Markup

from orderhub.accounts.access import requires
from orderhub.desk.service.searching import MOST, Found, hits, search
from orderhub.desk.service.whereabouts import whereabouts
from orderhub.intake import looking
from orderhub.intake.looking import Unapplied
from orderhub.journey import delays
from orderhub.journey.answering import received
from orderhub.kernel import snapshots, views
from orderhub.kernel.actors import Actor
from orderhub.kernel.bus import Fact
from orderhub.kernel.errors import BadInput, NotFound
from orderhub.kernel.snapshots import Reading
from orderhub.kernel.views import Params, Scope, View
from orderhub.orders import asking, one
from orderhub.orders.listing import Reach
from orderhub.rendering import languages, templates
from orderhub.rendering.offers import roles_of
from orderhub.rendering.page import Fragment, Page
from orderhub.rendering.regions import Region

ROLES = ("service", "sales", "operations", "manager", "admin")
_READERS = frozenset({"operations", "manager", "admin"})  # who may open the messages themselves
_PARTS = ("order", "hits", "messages")


@get("/desk", guards=[requires(*ROLES)], media_type="text/html")
async def desk(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], q: FromQuery[str | None] = None
) -> Page:
    """Show the box, and what was found of what stands in it."""
    asked = (q or "").strip()[: asking.LONGEST]
    lang = languages.of(request)
    parts: list[Markup] = []
    if asked:
        async with snapshots.reading() as reading:
            found = await search(reading.tx, asked, Reach(shops=actor.shops, warehouses=actor.warehouses))
            for name, params in _shown(asked, found):
                parts.append(Markup(await views.section(name, reading, params, actor, lang)))
    return Page("desk/desk.html", q=asked, parts=parts)


@get("/desk/{part:str}", guards=[requires(*ROLES)], media_type="text/html")
async def desk_part(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], part: FromPath[str]
) -> Fragment:
    """Show one part alone, as the live connection refetches it."""
    if part not in _PARTS:
        raise NotFound(subject=part)
    async with snapshots.reading() as reading:
        params = dict(request.query_params)
        return Fragment(await views.section(f"desk.{part}", reading, params, actor, languages.of(request)))


def _shown(asked: str, found: Found) -> Sequence[tuple[str, Params]]:
    """Return the regions of the page: what was found, above it the messages that became no order."""
    if len(found.orders) == 1:
        order = {"order": str(found.orders[0])}
        return (("desk.messages", order | {"q": asked}), ("desk.order", order))
    if not found.orders:
        return (("desk.messages", {"q": asked, "alone": "1"}),)
    listed = {"orders": ",".join(map(str, found.orders))} | ({"more": "1"} if found.more else {})
    return (("desk.messages", {"q": asked}), ("desk.hits", listed))


async def _order(reading: Reading, params: Params, scope: Scope, lang: str) -> str:
    order_id = _ids(params.get("order", ""))[0]
    roles = scope.audience.split(",")
    shown = await whereabouts(reading.tx, order_id, _reach(scope), roles=roles, lang=lang)
    region = _region("desk.order", {"order": str(order_id)}, reading)
    return templates.render("desk/_order.html", lang, region=region, shown=shown, reasons=delays.REASONS)


async def _hits(reading: Reading, params: Params, scope: Scope, lang: str) -> str:
    orders = _ids(params.get("orders", ""))[:MOST]
    found = await hits(reading.tx, orders, _reach(scope))
    more = params.get("more") == "1"
    told = {"orders": ",".join(map(str, orders))} | ({"more": "1"} if more else {})
    region = _region("desk.hits", told, reading)
    return templates.render("desk/_hits.html", lang, region=region, hits=found, more=more)


async def _messages(reading: Reading, params: Params, scope: Scope, lang: str) -> str:
    told = {name: params[name] for name in ("q", "order", "alone") if params.get(name)}
    found = await _unapplied(reading, told, scope)
    may_read = bool(_READERS & {*scope.audience.split(",")})
    return templates.render(
        "desk/_messages.html",
        lang,
        region=_region("desk.messages", told, reading),
        messages=[_message(message, may_read=may_read, lang=lang) for message in found],
        alone="alone" in told,
        ready=await _ready(reading, told, scope) if "alone" in told and not found else 0,
        q=told.get("q", ""),
        looked=looking.MOST,
        everywhere=scope.shops is None and scope.warehouses is None,
    )


async def _unapplied(reading: Reading, told: Params, scope: Scope) -> list[Unapplied]:
    """Return what holds the words where no order does; beside orders, only what calls its order so, or as it is called."""
    asked = asking.read(told.get("q", ""))
    if "alone" in told:
        return await looking.holding(reading.tx, asked, scope)
    also = []
    if "order" in told:
        order_id = _ids(told["order"])[0]
        await one.row(reading.tx, order_id, _reach(scope))
        also = [await reading.tx.fetchval("select channel_number from orders where id = $1", order_id)]
    return await looking.called(reading.tx, [*asked.numbers, *also], scope)


async def _ready(reading: Reading, told: Params, scope: Scope) -> int:
    """Return how many orders there are by now: a message that waited may have become one while the page is open."""
    return len((await search(reading.tx, told.get("q", ""), _reach(scope))).orders)


def _message(message: Unapplied, *, may_read: bool, lang: str) -> dict[str, Any]:
    query = urlencode({"state": message.state, "after": message.cursor})
    href = f"/messages?{query}#message-{message.id}" if may_read else ""
    answers = received(message.number, first=lang) if message.state == "waiting" else ()
    return msgspec.structs.asdict(message) | {"id": str(message.id), "href": href, "answers": answers}


def _region(name: str, params: Params, reading: Reading) -> Region:
    query = urlencode(params)
    src = f"/desk/{name.partition('.')[2]}?{query}"
    return Region(name=name, query=query, src=src, version=reading.version)


def _ids(text: str) -> list[UUID]:
    try:
        return [UUID(each) for each in text.split(",")]
    except ValueError:
        raise BadInput(field="order", expected="an id", got=text[:60]) from None


def _reach(scope: Scope) -> Reach:
    return Reach(shops=scope.shops, warehouses=scope.warehouses)


def _is_of_a_hit(fact: Fact, params: Params, _: Scope) -> bool:
    return str(fact.root) in params.get("orders", "").split(",")


def _is_a_message(fact: Fact, _: Params, scope: Scope) -> bool:
    return fact.kind == "message" and scope.reaches(fact)


views.register(View(name="desk.order", roles=ROLES, render=_order, subject="order", audience=roles_of))
views.register(View(name="desk.hits", roles=ROLES, render=_hits, concerns=_is_of_a_hit))
views.register(
    View(name="desk.messages", roles=ROLES, render=_messages, concerns=_is_a_message, audience=roles_of)
)
router = Router("/", route_handlers=[desk, desk_part])
