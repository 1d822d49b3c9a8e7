"""What delivery places on an order's page: its parcels, and how far its lines have come."""

from uuid import UUID

import msgspec

from orderhub.delivery import contents
from orderhub.kernel import views
from orderhub.kernel.actors import ROLES
from orderhub.kernel.snapshots import Reading
from orderhub.kernel.views import Params, Scope, View
from orderhub.orders import one
from orderhub.orders.listing import Reach
from orderhub.orders.pages import panel_region
from orderhub.rendering import templates
from orderhub.rendering.offers import offered, roles_of


async def _children(reading: Reading, params: Params, scope: Scope, lang: str) -> str:
    order_id = UUID(params["order"])
    row = await one.row(reading.tx, order_id, Reach(shops=scope.shops, warehouses=scope.warehouses))
    roles = scope.audience.split(",")
    children = [
        msgspec.structs.asdict(child)
        | {
            "moves": offered("shipment", child.stage, subject=child.subject, visit=child.visit, roles=roles),
            "warehouse": child.warehouse or "",
            "carrier": child.carrier or "",
        }
        for child in await contents.children(reading.tx, order_id)
    ]
    region = panel_region("order.children", row["number"], params["order"], reading)
    return templates.render("orders/_children.html", lang, region=region, children=children)


async def _lines(reading: Reading, params: Params, scope: Scope, lang: str) -> str:
    order_id = UUID(params["order"])
    row = await one.row(reading.tx, order_id, Reach(shops=scope.shops, warehouses=scope.warehouses))
    lines = await contents.lines(reading.tx, order_id)
    region = panel_region("order.lines", row["number"], params["order"], reading)
    return templates.render("orders/_lines.html", lang, region=region, lines=lines, currency=row["currency"])


for _place, (_name, _render) in enumerate({"order.children": _children, "order.lines": _lines}.items()):
    views.register(View(name=_name, roles=ROLES, render=_render, subject="order", audience=roles_of))
    views.panel("order", _name, view=_name, place=5 + _place)
