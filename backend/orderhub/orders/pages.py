"""The pages of the orders: the list, and one order made of panels."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from markupsafe import Markup

from orderhub.accounts.access import SIGNED_IN, requires
from orderhub.kernel import snapshots, views
from orderhub.kernel.actors import ROLES, Actor
from orderhub.kernel.errors import NotFound, recalled
from orderhub.kernel.snapshots import Reading
from orderhub.kernel.views import Params, Scope, View
from orderhub.orders import choosing, listing, one, receivers
from orderhub.orders.correcting import CORRECTORS, correct, open_parts, wish_of
from orderhub.orders.listing import Reach
from orderhub.orders.timeline import timeline
from orderhub.orders.wording import worded
from orderhub.rendering import languages, templates
from orderhub.rendering.offers import offered, roles_of
from orderhub.rendering.page import Fragment, Page
from orderhub.rendering.regions import Region


@get("/orders", guards=[SIGNED_IN], media_type="text/html")
async def orders(request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Page:
    """Show the list of orders within one's reach."""
    query = dict(request.query_params)
    reach = Reach(shops=actor.shops, warehouses=actor.warehouses)
    async with snapshots.reading() as reading:
        filters = await choosing.chosen(reading.tx, query, reach)
        region = await views.section("orders.list", reading, query, actor, languages.of(request))
    return Page("orders/list.html", filters=filters, listing=Markup(region))


@get("/orders/list", guards=[SIGNED_IN], media_type="text/html")
async def order_list(request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Fragment:
    """Show the list alone, as the live connection refetches it."""
    async with snapshots.reading() as reading:
        query = dict(request.query_params)
        return Fragment(await views.section("orders.list", reading, query, actor, languages.of(request)))


@get("/orders/{number:str}", guards=[SIGNED_IN], media_type="text/html")
async def order(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], number: FromPath[str]
) -> Page:
    """Show one order with every panel that somebody places on its page."""
    async with snapshots.reading() as reading:
        params = {"order": str(await one.id_of(reading.tx, number))}
        panels = await views.panels("order", reading, params, actor, languages.of(request))
    return Page(
        "orders/order.html", number=number, panels={name: Markup(html) for name, html in panels.items()}
    )


@post("/orders/{number:str}/corrections", guards=[requires(*CORRECTORS)], status_code=204)
async def correct_order(
    actor: NamedDependency[Actor], number: FromPath[str], data: URLEncodedBody[dict[str, str]]
) -> Response[None]:
    """Set receiver or remark right as the form says; the page hears of it over the live connection."""
    async with snapshots.reading() as reading:
        order_id = await one.id_of(reading.tx, number)
        await one.row(reading.tx, order_id, Reach(shops=actor.shops, warehouses=actor.warehouses))
    (verdict,) = await correct([wish_of(order_id, data)], actor=actor)
    if verdict.refused is not None:
        raise recalled(verdict.refused, verdict.data)
    return Response(None, status_code=204)


@get("/orders/{number:str}/{panel:str}", guards=[SIGNED_IN], media_type="text/html")
async def order_panel(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    number: FromPath[str],
    panel: FromPath[str],
) -> Fragment:
    """Show one panel of an order, as the live connection refetches it."""
    async with snapshots.reading() as reading:
        params = {"order": str(await one.id_of(reading.tx, number))}
        panels = await views.panels(
            "order", reading, params, actor, languages.of(request), only=f"order.{panel}"
        )
    if not panels:
        raise NotFound(subject=f"{number}/{panel}")
    return Fragment(panels[f"order.{panel}"])


def panel_region(name: str, number: str, order_id: str, reading: Reading) -> Region:
    """Return the region of a panel on an order's page."""
    last = name.rpartition(".")[2]
    return Region(
        name=name, query=f"order={order_id}", src=f"/orders/{number}/{last}", version=reading.version
    )


async def _list(reading: Reading, params: Params, scope: Scope, lang: str) -> str:
    after = params.get("after") or None
    found = await listing.find(reading.tx, choosing.read(params), _reach(scope), after=after)
    said = choosing.asked(params)
    here = said | ({"after": after} if after else {})
    query = urlencode(here)
    shown = {
        "rows": [{**_row(row)} for row in found.rows],
        "next": f"/orders?{urlencode(said | {'after': found.after})}" if found.after else None,
        "first": f"/orders?{urlencode(said)}" if after else None,
        "searched": bool(said),
    }
    src = f"/orders/list?{query}" if query else "/orders/list"
    region = Region(name="orders.list", query=query, src=src, version=reading.version)
    return templates.render("orders/_list.html", lang, region=region, listing=shown)


def _row(row: listing.Row) -> dict[str, Any]:
    fields = {name: getattr(row, name) for name in row.__struct_fields__}
    return fields | {"href": f"/orders/{row.number}"}


async def _head(reading: Reading, params: Params, scope: Scope, lang: str) -> str:
    head = await one.head(reading.tx, UUID(params["order"]), _reach(scope))
    region = panel_region("order.head", head.number, params["order"], reading)
    return templates.render("orders/_head.html", lang, region=region, head=head)


async def _moves(reading: Reading, params: Params, scope: Scope, lang: str) -> str:
    order_id = UUID(params["order"])
    row = await one.row(reading.tx, order_id, _reach(scope))
    roles = scope.audience.split(",")
    moves = offered("order", row["stage"], subject=order_id, visit=row["visit_id"], roles=roles)
    region = panel_region("order.moves", row["number"], params["order"], reading)
    return templates.render("orders/_moves.html", lang, region=region, moves=moves)


async def _correction(reading: Reading, params: Params, scope: Scope, lang: str) -> str:
    order_id = UUID(params["order"])
    row = await one.row(reading.tx, order_id, _reach(scope))
    region = panel_region("order.correction", row["number"], params["order"], reading)
    shown = await receivers.shown(reading.tx, order_id)
    asked = {
        "number": row["number"],
        "parts": open_parts(row["stage"]),
        "sealed": shown is None or shown.scheme != "clear",
    }
    return templates.render("orders/_correction.html", lang, region=region, correction=asked)


async def _money(reading: Reading, params: Params, scope: Scope, lang: str) -> str:
    order_id, reach = UUID(params["order"]), _reach(scope)
    row = await one.row(reading.tx, order_id, reach)
    region = panel_region("order.money", row["number"], params["order"], reading)
    return templates.render(
        "orders/_money.html", lang, region=region, money=await one.money(reading.tx, order_id, reach)
    )


async def _numbers(reading: Reading, params: Params, scope: Scope, lang: str) -> str:
    order_id, reach = UUID(params["order"]), _reach(scope)
    row = await one.row(reading.tx, order_id, reach)
    region = panel_region("order.numbers", row["number"], params["order"], reading)
    numbers = await one.own_numbers(reading.tx, order_id, reach)
    return templates.render("orders/_numbers.html", lang, region=region, numbers=numbers)


async def _timeline(reading: Reading, params: Params, scope: Scope, lang: str) -> str:
    order_id = UUID(params["order"])
    row = await one.row(reading.tx, order_id, _reach(scope))
    region = panel_region("order.timeline", row["number"], params["order"], reading)
    told = await worded(reading.tx, await timeline(reading.tx, order_id, currency=row["currency"]))
    return templates.render("orders/_timeline.html", lang, region=region, timeline=told)


def _reach(scope: Scope) -> Reach:
    return Reach(shops=scope.shops, warehouses=scope.warehouses)


views.register(View(name="orders.list", roles=ROLES, render=_list))
for _place, (_name, _render) in enumerate(
    {
        "order.head": _head,
        "order.moves": _moves,
        "order.money": _money,
        "order.numbers": _numbers,
        "order.timeline": _timeline,
    }.items()
):
    views.register(View(name=_name, roles=ROLES, render=_render, subject="order", audience=roles_of))
    views.panel("order", _name, view=_name, place=10 * _place)

views.register(View(name="order.correction", roles=CORRECTORS, render=_correction, subject="order"))
views.panel("order", "order.correction", view="order.correction", place=15)

router = Router("/", route_handlers=[orders, order_list, order, correct_order, order_panel])
