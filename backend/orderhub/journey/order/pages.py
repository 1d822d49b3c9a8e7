"""What the order's page has from the journey: the answer to send, and the buyer's link with its forms: a new one, a delay explained."""

from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import msgspec
import segno
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody

from orderhub.accounts.access import SIGNED_IN, requires
from orderhub.journey import delays, links
from orderhub.journey.answering import answers
from orderhub.journey.order.sharing import sharing
from orderhub.journey.refusals import NotToCome
from orderhub.journey.tracks import tracks
from orderhub.kernel import clock, postgres, views
from orderhub.kernel.actors import ROLES, Actor
from orderhub.kernel.changes import Edit
from orderhub.kernel.errors import BadInput, recalled
from orderhub.kernel.moves import Verdict
from orderhub.kernel.snapshots import Reading
from orderhub.kernel.views import Params, Scope, View
from orderhub.orders import one
from orderhub.orders.listing import Reach
from orderhub.orders.pages import panel_region
from orderhub.rendering import templates, times
from orderhub.rendering.catalogue import words
from orderhub.rendering.offers import roles_of


@get("/orders/{number:str}/link.svg", guards=[SIGNED_IN], media_type="image/svg+xml")
async def link_code(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], number: FromPath[str]
) -> Response[bytes]:
    """Show the buyer's link of an order as a QR code."""
    order_id = await _reached(number, actor)
    async with postgres.transaction(snapshot=True) as tx:
        link = await links.of(tx, order_id)
    address = links.address(link, elsewhere=str(request.base_url).rstrip("/"))
    drawn = BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", scale=4, light="#fff")
    return Response(drawn.getvalue(), media_type="image/svg+xml")


@post("/orders/{number:str}/links", guards=[requires(*links.REPLACERS)], status_code=204)
async def replace_link(
    actor: NamedDependency[Actor], number: FromPath[str], data: URLEncodedBody[dict[str, str]]
) -> Response[None]:
    """Make a new link for an order; the one before is closed, also where it is open."""
    order_id = await _reached(number, actor)
    wish = Edit(subject=order_id, values={}, key=data.get("key") or None, why=data.get("reason") or None)
    (verdict,) = await links.replace([wish], actor=actor)
    return _done(verdict)


@post("/orders/{number:str}/delays", guards=[requires(*delays.EXPLAINERS)], status_code=204)
async def explain_delay(
    actor: NamedDependency[Actor], number: FromPath[str], data: URLEncodedBody[dict[str, str]]
) -> Response[None]:
    """Tell the buyer why a parcel stands, and when it is expected to move on."""
    order_id = await _reached(number, actor)
    subject = _id(data, "subject")
    root = await postgres.fetchval("select root_id from subjects where id = $1", subject)
    if root != order_id:
        raise BadInput(field="subject", expected="a parcel of this order", got=str(subject))
    wish = delays.wish(
        subject,
        visit=_id(data, "visit"),
        reason=data.get("reason", ""),
        expected_at=_moment(data.get("expected_at", "")),
        key=data.get("key") or None,
    )
    (verdict,) = await delays.explain([wish], actor=actor)
    return _done(verdict)


async def _reached(number: str, actor: Actor) -> UUID:
    async with postgres.transaction(snapshot=True) as tx:
        order_id = await one.id_of(tx, number)
        await one.row(tx, order_id, Reach(shops=actor.shops, warehouses=actor.warehouses))
    return order_id


def _done(verdict: Verdict) -> Response[None]:
    if verdict.refused is not None:
        raise recalled(verdict.refused, verdict.data)
    return Response(None, status_code=204)


def _id(data: dict[str, str], name: str) -> UUID:
    try:
        return msgspec.convert(data.get(name), UUID)
    except msgspec.ValidationError:
        raise BadInput(field=name, expected="an id", got=str(data.get(name))[:60]) from None


def _moment(text: str) -> datetime:
    """Read what a browser's date and time field sends, in the organisation's time zone."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=times.zone())
    except ValueError:
        raise NotToCome from None


async def _link(reading: Reading, params: Params, scope: Scope, lang: str) -> str:
    order_id = UUID(params["order"])
    row = await one.row(reading.tx, order_id, Reach(shops=scope.shops, warehouses=scope.warehouses))
    region = panel_region("order.link", row["number"], params["order"], reading)
    shown = await sharing(reading.tx, order_id, row["number"], roles=scope.audience.split(","))
    return templates.render("journey/_link.html", lang, region=region, sharing=shown, reasons=delays.REASONS)


async def _answer(reading: Reading, params: Params, scope: Scope, lang: str) -> str:
    order_id = UUID(params["order"])
    row = await one.row(reading.tx, order_id, Reach(shops=scope.shops, warehouses=scope.warehouses))
    region = panel_region("order.answer", row["number"], params["order"], reading)
    told = await tracks(reading.tx, order_id, words(lang), now=clock.now())
    said = answers(told, address=await links.open_address(reading.tx, order_id), first=lang)
    return templates.render("journey/_answer.html", lang, region=region, answers=said)


views.register(View(name="order.answer", roles=ROLES, render=_answer, subject="order"))
views.panel("order", "order.answer", view="order.answer", place=4)
views.register(View(name="order.link", roles=ROLES, render=_link, subject="order", audience=roles_of))
views.panel("order", "order.link", view="order.link", place=12)
router = Router("/", route_handlers=[link_code, replace_link, explain_delay])
