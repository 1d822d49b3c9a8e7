"""The dossier of an order for those who may see it: the panel on the order's page, and the download."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from orderhub.accounts.access import SIGNED_IN
from orderhub.dossier import making
from orderhub.kernel import postgres, views
from orderhub.kernel.actors import ROLES, Actor
from orderhub.kernel.snapshots import Reading
from orderhub.kernel.views import Params, Scope, View
from orderhub.orders import one
from orderhub.orders.listing import Reach
from orderhub.orders.pages import panel_region
from orderhub.rendering import languages, templates


@get(
    "/orders/{number:str}/dossier",
    guards=[SIGNED_IN],
    opt={"exclude_from_compression": True},
    media_type="application/pdf",
)
async def dossier(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], number: FromPath[str]
) -> Response[bytes]:
    """Make the dossier of an order, and record that it was made."""
    async with postgres.transaction(snapshot=True) as tx:
        order_id = await one.id_of(tx, number)
    elsewhere = str(request.base_url).rstrip("/")
    made = await making.make(order_id, actor=actor, lang=languages.of(request), elsewhere=elsewhere)
    headers = {
        "Content-Disposition": f'attachment; filename="dossier-{made.number}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return Response(made.file, media_type="application/pdf", headers=headers)


async def _proof(reading: Reading, params: Params, scope: Scope, lang: str) -> str:
    order_id = UUID(params["order"])
    row = await one.row(reading.tx, order_id, Reach(shops=scope.shops, warehouses=scope.warehouses))
    region = panel_region("order.proof", row["number"], params["order"], reading)
    return templates.render("dossier/_proof.html", lang, region=region, number=row["number"])


views.register(View(name="order.proof", roles=ROLES, render=_proof, subject="order"))
views.panel("order", "order.proof", view="order.proof", place=13)
router = Router("/", route_handlers=[dossier])
