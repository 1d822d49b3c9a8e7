"""The pages of accounts: signing in and out, setting up, and the page about oneself."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Router, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from orderhub.accounts import edge, password_change, passwords, people, reach, sessions, set_up, sign_in
from orderhub.accounts.access import PUBLIC, SIGNED_IN
from orderhub.accounts.refusals import SetUpLinkOver
from orderhub.kernel.actors import Actor
from orderhub.kernel.errors import Refusal
from orderhub.rendering import languages, nav, times
from orderhub.rendering.page import Page

_YEAR = 365 * 24 * 3600


class Credentials(msgspec.Struct, frozen=True):
    """The sign-in form. ``next`` is the page that was asked for before."""

    login: str = ""
    password: str = ""
    next: str = ""


class SetUpForm(msgspec.Struct, frozen=True, kw_only=True):
    """The set-up form."""

    organisation: str = ""
    shop: str = ""
    warehouse: str = ""
    name: str = ""
    login: str = ""
    password: str = ""


class LanguageChoice(msgspec.Struct, frozen=True):
    """The language somebody wants to read from now on."""

    language: str


class PasswordChange(msgspec.Struct, frozen=True):
    """The present password and the one that shall take its place."""

    password: str = ""
    new_password: str = ""


@get("/", guards=[SIGNED_IN])
async def home(actor: NamedDependency[Actor]) -> Redirect:
    """Lead to the first page of one's role."""
    return Redirect(nav.home(actor), status_code=303)


@get("/sign-in", guards=[PUBLIC])
async def sign_in_page(request: Request[Any, Any, Any], next: FromQuery[str] = "") -> Page | Redirect:  # noqa: A002
    """Ask who it is; somebody signed in already is led on."""
    actor = await edge.recognise(request)
    if actor is not None:
        return Redirect(_inside(next) or nav.home(actor), status_code=303)
    return Page("accounts/sign_in.html", error=None, next=_inside(next), login="")


@post("/sign-in", guards=[PUBLIC], status_code=200)
async def enter(request: Request[Any, Any, Any], data: URLEncodedBody[Credentials]) -> Page | Redirect:
    """Sign in and lead on, or say why not."""
    visitor = edge.visitor(request)
    try:
        signed_in = await sign_in.sign_in(data.login, data.password, visitor=visitor)
    except Refusal as refusal:
        told = {"error": refusal, "next": _inside(data.next), "login": data.login}
        return Page("accounts/sign_in.html", status_code=refusal.status, **told)
    return _signed_in(request, signed_in, device=visitor.device, to=_inside(data.next) or "/")


@post("/sign-out", guards=[SIGNED_IN])
async def leave(request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Redirect:
    """End this session."""
    token = edge.session_token(request)
    if token is not None:
        await sign_in.sign_out(token, actor=actor)
    return Redirect("/sign-in", status_code=303, cookies=[edge.no_session(request)])


@get("/set-up/{token:str}", guards=[PUBLIC])
async def set_up_page(token: FromPath[str]) -> Page:
    """Show the set-up form behind a link that is still good."""
    if not await set_up.is_open(token):
        raise SetUpLinkOver
    return Page("accounts/set_up.html", error=None, token=token, given=SetUpForm(), least=passwords.LEAST)


@post("/set-up/{token:str}", guards=[PUBLIC], status_code=200)
async def open_hub(
    request: Request[Any, Any, Any], token: FromPath[str], data: URLEncodedBody[SetUpForm]
) -> Page:
    """Set the hub up and show the first shop's webhook secret, once; or say what is wrong."""
    visitor = edge.visitor(request)
    wanted = set_up.SetUp(**msgspec.structs.asdict(data), language=languages.of(request))
    try:
        opened = await set_up.set_up(token, wanted, visitor=visitor)
    except Refusal as refusal:
        told = {"error": refusal, "token": token, "given": data, "least": passwords.LEAST}
        return Page("accounts/set_up.html", status_code=refusal.status, **told)
    times.use_zone(opened.shop.time_zone)
    request.scope["user"] = opened.admin
    address = f"{str(request.base_url).rstrip('/')}/webhooks/{opened.shop.id}"
    page = Page("accounts/set_up_done.html", shop=opened.shop, address=address, secret=opened.secret)
    page.cookies = edge.cookies(request, token=opened.signed_in.token, device=visitor.device)
    return page


@get("/me", guards=[SIGNED_IN])
async def me(request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Page:
    """Show who one is, what one reaches, and where one is signed in."""
    return await _me(request, actor)


@post("/me/language", guards=[SIGNED_IN])
async def choose_language(actor: NamedDependency[Actor], data: URLEncodedBody[LanguageChoice]) -> Redirect:
    """Remember the language one reads, on this device and for the next one."""
    language = data.language if data.language in languages.LANGUAGES else languages.LANGUAGES[0]
    await people.choose_language(people.id_of(actor), language)
    cookie = Cookie(key=languages.COOKIE, value=language, max_age=_YEAR, samesite="lax", path="/")
    return Redirect("/me", status_code=303, cookies=[cookie])


@post("/me/password", guards=[SIGNED_IN], status_code=200)
async def change_password(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], data: URLEncodedBody[PasswordChange]
) -> Page | Redirect:
    """Change one's password; every other device is signed out."""
    try:
        await password_change.change_password(
            people.id_of(actor), data.password, data.new_password, actor=actor, visitor=edge.visitor(request)
        )
    except Refusal as refusal:
        return await _me(request, actor, error=refusal)
    return Redirect("/me", status_code=303)


@post("/me/sessions/{session_id:uuid}/end", guards=[SIGNED_IN])
async def end_session(actor: NamedDependency[Actor], session_id: FromPath[UUID]) -> Redirect:
    """Sign out on another device of one's own."""
    await sign_in.end_session(session_id, person_id=people.id_of(actor), actor=actor)
    return Redirect("/me", status_code=303)


async def _me(request: Request[Any, Any, Any], actor: Actor, error: Refusal | None = None) -> Page:
    person_id = people.id_of(actor)
    return Page(
        "accounts/me.html",
        status_code=error.status if error else 200,
        sessions=await sessions.of_person(person_id, present=edge.session_token(request)),
        login=await people.login(person_id),
        reach=await reach.places(actor),
        error=error,
        least=passwords.LEAST,
    )


def _signed_in(request: Request[Any, Any, Any], new: sign_in.SignedIn, *, device: str, to: str) -> Redirect:
    cookies = edge.cookies(request, token=new.token, device=device)
    if new.language:
        # What the last one on this device chose must not hide what this one prefers.
        cookies.append(Cookie(key=languages.COOKIE, value="", max_age=0, path="/"))
    return Redirect(to, status_code=303, cookies=cookies)


def _inside(path: str) -> str:
    """Return a path of this site, or nothing: a link may name any address as the page to go to next."""
    is_path = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_path and "\\" not in path else ""


router = Router(
    "/",
    route_handlers=[
        *(home, sign_in_page, enter, leave, set_up_page, open_hub),
        *(me, choose_language, change_password, end_session),
    ],
    include_in_schema=False,
)
