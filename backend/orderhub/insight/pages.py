"""The pages of insight: the operations board, in three live regions."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from orderhub.accounts.access import requires
from orderhub.insight import board, figures
from orderhub.kernel import snapshots, views
from orderhub.kernel.actors import ROLES, Actor
from orderhub.kernel.errors import NotFound
from orderhub.kernel.postgres import Transaction
from orderhub.kernel.snapshots import Reading
from orderhub.kernel.views import Params, Scope, View
from orderhub.rendering import languages, templates
from orderhub.rendering.page import Fragment, Page
from orderhub.rendering.regions import Region

_DESK = tuple(role for role in ROLES if role != "warehouse")
_PARTS: dict[str, Callable[[Transaction, Scope], Awaitable[Any]]] = {
    "counts": figures.figures,
    "moves": board.newest_moves,
    "late": board.late_ones,
}


@get("/board", guards=[requires(*_DESK)], media_type="text/html")
async def board_page(request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Page:
    """Show the operations board within one's reach."""
    lang = languages.of(request)
    async with snapshots.reading() as reading:
        parts = {part: await views.section(f"board.{part}", reading, {}, actor, lang) for part in _PARTS}
    counts, moves, late = (Markup(html) for html in parts.values())
    return Page("insight/board.html", counts=counts, moves=moves, late=late)


@get("/board/{part:str}", guards=[requires(*_DESK)], media_type="text/html")
async def board_part(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], part: FromPath[str]
) -> Fragment:
    """Show one region of the board, as the live connection refetches it."""
    if part not in _PARTS:
        raise NotFound(subject=part)
    async with snapshots.reading() as reading:
        return Fragment(await views.section(f"board.{part}", reading, {}, actor, languages.of(request)))


def _render(part: str) -> Callable[[Reading, Params, Scope, str], Awaitable[str]]:
    async def render(reading: Reading, params: Params, scope: Scope, lang: str) -> str:
        region = Region(name=f"board.{part}", src=f"/board/{part}", version=reading.version)
        shown = await _PARTS[part](reading.tx, scope)
        return templates.render(f"insight/_{part}.html", lang, region=region, **{part: shown})

    return render


for _part in _PARTS:
    views.register(View(name=f"board.{_part}", roles=_DESK, render=_render(_part)))

router = Router("/", route_handlers=[board_page, board_part])
