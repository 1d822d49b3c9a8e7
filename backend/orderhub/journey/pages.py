"""The page a buyer opens by a link, and the forms on it.

Whoever holds the link may see the page; answers are never kept for others.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from litestar import MediaType, Request, Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from markupsafe import Markup

from orderhub.accounts import addresses, edge
from orderhub.accounts.access import PUBLIC
from orderhub.accounts.addresses import OPEN_DOOR
from orderhub.journey import hurries, links, receipts
from orderhub.journey.buyers import buyer
from orderhub.journey.guesses import wrong_link
from orderhub.journey.links import Link
from orderhub.journey.refusals import ForeignForm, NotReceivable
from orderhub.journey.shown import journey
from orderhub.journey.tracks import tracks
from orderhub.kernel import clock, postgres, snapshots, views
from orderhub.kernel.actors import Actor
from orderhub.kernel.errors import NotFound, Refusal, recalled
from orderhub.kernel.moves import Verdict
from orderhub.kernel.snapshots import Reading
from orderhub.kernel.views import ANYONE, Params, Scope, View
from orderhub.rendering import languages, templates
from orderhub.rendering.catalogue import words
from orderhub.rendering.regions import Region

AnyRequest: TypeAlias = Request[Any, Any, Any]
Act: TypeAlias = Callable[[Link, Actor], Awaitable[Verdict]]

VIEW = "journey.tracks"

_HEADERS = addresses.HEADERS | {"Cache-Control": "private, no-cache"}


@get("/t/{token:str}", guards=[PUBLIC], opt=OPEN_DOOR, media_type="text/html")
async def journey_page(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    """Show where an order is."""
    link = links.read(token)
    return await _page(request, link) if link else await _wrong(request)


@get("/t/{token:str}/tracks", guards=[PUBLIC], opt=OPEN_DOOR, media_type="text/html")
async def journey_tracks(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    """Show the live part alone, as the page fetches it after a break."""
    link = links.read(token)
    if link is None:
        return await _wrong(request)
    lang = languages.of(request)
    try:
        async with snapshots.reading() as reading:
            await links.require_open(reading.tx, link)
            return _answer(await views.section(VIEW, reading, _params(link), None, lang))
    except Refusal as refusal:
        return _over(request, refusal)


@post("/t/{token:str}/hurries", guards=[PUBLIC], opt=OPEN_DOOR, status_code=303, media_type="text/html")
async def hurry(
    request: AnyRequest, token: FromPath[str], data: URLEncodedBody[dict[str, str]]
) -> Response[Any]:
    """Hurry us about an order."""
    number = data.get("number", "")
    times = int(number) if number.isdecimal() and len(number) < 9 else 1
    return await _press(
        request, token, lambda link, actor: hurries.hurry(link.order_id, number=times, actor=actor)
    )


@post("/t/{token:str}/receipts", guards=[PUBLIC], opt=OPEN_DOOR, status_code=303, media_type="text/html")
async def receive(
    request: AnyRequest, token: FromPath[str], data: URLEncodedBody[dict[str, str]]
) -> Response[Any]:
    """Sign for a parcel, or confirm that the whole order is there."""
    return await _press(
        request,
        token,
        lambda link, actor: receipts.receive(link.order_id, _uuid(data.get("visit", "")), actor=actor),
    )


async def _page(request: AnyRequest, link: Link, refused: Refusal | None = None) -> Response[bytes]:
    lang = languages.of(request)
    try:
        async with snapshots.reading() as reading:
            await links.require_open(reading.tx, link)
            region = await views.section(VIEW, reading, _params(link), None, lang)
            order = await reading.tx.fetchrow(
                "select o.number, h.name as shop from orders o join shops h on h.id = o.shop_id where o.id = $1",
                link.order_id,
            )
    except Refusal as refusal:
        return _over(request, refusal)
    page = templates.render("journey/journey.html", lang, order=order, tracks=Markup(region), refused=refused)
    return _answer(page, status_code=refused.status if refused else 200)


async def _press(request: AnyRequest, token: str, act: Act) -> Response[Any]:
    """Let the buyer act, and show the page anew; a refusal is shown on it."""
    link = links.read(token)
    if link is None:
        return await _wrong(request)
    if _is_foreign(request):
        return _over(request, ForeignForm())
    try:
        verdict = await act(link, await _buyer(request, link))
    except Refusal as refusal:
        return await _page(request, link, refusal)
    if verdict.refused is not None:
        return await _page(request, link, recalled(verdict.refused, verdict.data))
    back = f"{links.PREFIX}{token}?lang={languages.of(request)}"
    return Redirect(back, status_code=303, headers=_HEADERS)


async def _buyer(request: AnyRequest, link: Link) -> Actor:
    async with postgres.transaction(snapshot=True) as tx:
        await links.require_open(tx, link)
        shop_id = await tx.fetchval("select shop_id from orders where id = $1", link.order_id)
    request_id = request.scope["state"]["request_id"]
    return buyer(link.order_id, shop_id, ip=edge.address(request), request_id=request_id)


def _is_foreign(request: AnyRequest) -> bool:
    """Tell whether a page of another site sent this. Under "no-referrer" our own forms name the Origin "null"."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    return request.headers.get("origin") != "null" and not edge.same_origin(request)


async def _wrong(request: AnyRequest) -> Response[bytes]:
    return _over(request, await wrong_link(edge.address(request)))


def _over(request: AnyRequest, refusal: Refusal) -> Response[bytes]:
    page = templates.render("journey/over.html", languages.of(request), error=refusal)
    return _answer(page, status_code=refusal.status)


def _answer(html: str, *, status_code: int = 200) -> Response[bytes]:
    return Response(html.encode(), media_type=MediaType.HTML, status_code=status_code, headers=_HEADERS)


def _uuid(text: str) -> UUID:
    try:
        return msgspec.convert(text, UUID)
    except msgspec.ValidationError:
        raise NotReceivable from None


def _params(link: Link) -> Params:
    return {"order": str(link.order_id), "link": links.token(link)}


def _admits(_: Actor | None, params: Params) -> bool:
    link = links.read(params.get("link", ""))
    return link is not None and str(link.order_id) == params.get("order")


async def _tracks(reading: Reading, params: Params, _: Scope, lang: str) -> str:
    link = links.read(params["link"])
    if link is None:
        raise NotFound
    try:
        expires_at = await links.require_open(reading.tx, link)
    except Refusal as refusal:
        raise NotFound from refusal  # to a live page a replaced link is one that does not exist
    told = await tracks(reading.tx, link.order_id, words(lang), now=clock.now())
    base = f"{links.PREFIX}{params['link']}"
    region = Region(
        name=VIEW,
        query=f"order={link.order_id}&link={params['link']}",
        src=f"{base}/tracks?lang={lang}",
        version=reading.version,
    )
    shown = journey(told, expires_at=expires_at)
    return templates.render("journey/_tracks.html", lang, region=region, journey=shown, base=base)


views.register(
    View(
        name=VIEW,
        roles=(ANYONE,),
        render=_tracks,
        subject="order",
        admits=_admits,
        concerns=lambda _fact, _params, _scope: True,
    )
)
router = Router("/", route_handlers=[journey_page, journey_tracks, hurry, receive])
