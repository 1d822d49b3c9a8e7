"""What delivery places on an order's page: its parcels, and how far its lines have come."""

from collections.abc import Sequence
from itertools import pairwise
from uuid import UUID

import msgspec

from orderhub.delivery import contents
from orderhub.delivery.contents import Quantity
from orderhub.kernel import views
from orderhub.kernel.actors import ROLES
from orderhub.kernel.snapshots import Reading
from orderhub.kernel.views import Params, Scope, View
from orderhub.orders import one
from orderhub.orders.listing import Reach
from orderhub.orders.pages import panel_region
from orderhub.rendering import templates
from orderhub.rendering.offers import offered, roles_of

_STEPS = ("allocated", "picked", "packed", "shipped")


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
    lines = [
        msgspec.structs.replace(line, counts=_furthest(line.counts))
        for line in await contents.lines(reading.tx, order_id)
    ]
    region = panel_region("order.lines", row["number"], params["order"], reading)
    return templates.render("orders/_lines.html", lang, region=region, lines=lines, currency=row["currency"])


def _furthest(counts: Sequence[Quantity]) -> tuple[Quantity, ...]:
    """What is shipped was packed, picked and allocated before: a step is told while the one after it lags behind."""
    pieces = {count.name: count.pieces for count in counts}
    overtaken = {step for step, after in pairwise(_STEPS) if pieces.get(after, 0) >= pieces.get(step, 0)}
    return tuple(count for count in counts if count.name not in overtaken)


for _place, (_name, _render) in enumerate({"order.children": _children, "order.lines": _lines}.items()):
    views.register(View(name=_name, roles=ROLES, render=_render, subject="order", audience=roles_of))
    views.panel("order", _name, view=_name, place=5 + _place)
