"""The JSON door of one whole order: what orders knows of it, and its parcels, which only delivery knows."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import FromPath, QueryParameter

from orderhub.accounts.access import SIGNED_IN
from orderhub.delivery import contents, examples
from orderhub.kernel import postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.postgres import Transaction
from orderhub.orders import one
from orderhub.orders.finding import Reach
from orderhub.orders.timeline import Timeline, timeline
from orderhub.rendering.offers import offered


class OfferedMove(msgspec.Struct, frozen=True, kw_only=True):
    """A move the caller may make with POST /api/moves; ``asks``: which facts it takes."""

    transition: str
    asks: tuple[str, ...]


class Shipment(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel. ``subject`` and ``visit``, the open stay in its stage, are what a move of it names."""

    subject: UUID
    visit: UUID
    number: str
    stage: str
    warehouse: str | None
    carrier: str | None
    waybill: str | None
    pieces: int
    role: str | None
    entered: datetime
    due: datetime | None
    late: bool
    moves: Sequence[OfferedMove]


class WholeOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one order. The receiver is masked; ``timeline`` is null unless it is asked for."""

    subject: UUID
    visit: UUID
    head: one.Head
    moves: Sequence[OfferedMove]
    shipments: Sequence[Shipment]
    lines: Sequence[contents.Line]
    money: one.Money
    numbers: Sequence[one.Number]
    timeline: Timeline | None = None


WithTimeline = Annotated[bool, QueryParameter(description="with the newest hundred entries of the ledger")]


@get(
    "/orders/{number:str}",
    guards=[SIGNED_IN],
    responses={
        200: ResponseSpec(WholeOrder, description="The order", examples=[Example(value=examples.WHOLE)])
    },
)
async def whole_order(
    actor: NamedDependency[Actor], number: FromPath[str], timeline: WithTimeline = False
) -> WholeOrder:
    """Return one order by our number: head, lines, money, every number, parcels, and the moves the caller may make."""
    reach = Reach(shops=actor.shops, warehouses=actor.warehouses)
    async with postgres.transaction(snapshot=True) as tx:
        order_id = await one.id_of(tx, number)
        return await _whole(tx, order_id, reach, actor.roles, with_timeline=timeline)


async def _whole(
    tx: Transaction, order_id: UUID, reach: Reach, roles: Collection[str], *, with_timeline: bool
) -> WholeOrder:
    row = await one.row(tx, order_id, reach)
    return WholeOrder(
        subject=order_id,
        visit=row["visit_id"],
        head=await one.head(tx, order_id, reach),
        moves=_offered("order", row["stage"], order_id, row["visit_id"], roles),
        shipments=[_shipment(child, roles) for child in await contents.children(tx, order_id)],
        lines=await contents.lines(tx, order_id),
        money=await one.money(tx, order_id, reach),
        numbers=await one.own_numbers(tx, order_id, reach),
        timeline=await timeline(tx, order_id, currency=row["currency"]) if with_timeline else None,
    )


def _shipment(child: contents.Child, roles: Collection[str]) -> Shipment:
    fields = {name: value for name, value in msgspec.structs.asdict(child).items() if name != "kind"}
    return Shipment(**fields, moves=_offered(child.kind, child.stage, child.subject, child.visit, roles))


def _offered(kind: str, stage: str, subject: UUID, visit: UUID, roles: Collection[str]) -> list[OfferedMove]:
    offers = offered(kind, stage, subject=subject, visit=visit, roles=roles)
    return [OfferedMove(transition=offer.transition, asks=offer.asks) for offer in offers]


router = Router("/api", route_handlers=[whole_order], tags=["orders"])
