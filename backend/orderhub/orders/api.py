"""The JSON doors of orders: the list, and what the desk sets right. One whole order is in ``orderhub.delivery.api``."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg, FromPath, QueryParameter

from orderhub.accounts.access import SIGNED_IN, requires
from orderhub.kernel import postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.errors import recalled
from orderhub.orders import choosing, examples, listing, one, receivers
from orderhub.orders.correcting import CORRECTORS, ReceiverWords, Remark, Wish, correct
from orderhub.orders.finding import Reach
from orderhub.orders.receivers import Shown
from orderhub.orders.remarks import masked

Search = Annotated[
    str | None,
    QueryParameter(
        max_length=100,
        pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)",
        description="any number, a whole phone number, its last four digits, or a whole name",
        examples=[Example(value="13812342046")],
    ),
]
Stage = Annotated[
    str | None, QueryParameter(description="a stage of orders", examples=[Example(value="paid")])
]
Late = Annotated[bool, QueryParameter(description="only orders of which something is late")]
Shop = Annotated[int | None, QueryParameter(ge=1, le=2**31 - 1, description="the number of a shop")]
Warehouse = Annotated[int | None, QueryParameter(ge=1, le=2**31 - 1, description="the number of a warehouse")]
Since = Annotated[
    date | None, QueryParameter(description="first day placed, in the organisation's time zone")
]
Until = Annotated[date | None, QueryParameter(description="last day placed, in the organisation's time zone")]
After = Annotated[
    str | None,
    QueryParameter(max_length=100, description="`next` of the page before; nothing else is promised"),
]
Key = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=r"^[\x21-\x7e]+$(?!\n)")]
Why = Annotated[str, msgspec.Meta(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")]


class OrderPage(msgspec.Struct, frozen=True):
    """Orders, the newest first; ``next`` is the cursor of the next page, null on the last."""

    orders: Sequence[listing.Row]
    next: str | None


class CorrectionIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is right about an order. ``key``: the same correction under the same key is made once."""

    receiver: ReceiverWords | None = None
    remark: Remark | None = None
    why: Why | None = None
    key: Key | None = None


class Corrected(msgspec.Struct, frozen=True, kw_only=True):
    """The order as it stands now; the receiver is masked, and phone numbers in the remark."""

    number: str
    stage: str
    receiver: Shown | None
    remark: str


@get(
    "/orders",
    guards=[SIGNED_IN],
    responses={200: ResponseSpec(OrderPage, description="A page", examples=[Example(value=examples.PAGE)])},
)
async def list_orders(
    actor: NamedDependency[Actor],
    q: Search = None,
    stage: Stage = None,
    late: Late = False,
    shop: Shop = None,
    warehouse: Warehouse = None,
    since: Since = None,
    until: Until = None,
    after: After = None,
) -> OrderPage:
    """Return the orders within the caller's reach, the newest first, fifty at a time."""
    said = {"q": q, "stage": stage, "late": 1 if late else None, "shop": shop, "warehouse": warehouse}
    asked = {name: str(value) for name, value in {**said, "since": since, "until": until}.items() if value}
    async with postgres.transaction(snapshot=True) as tx:
        found = await listing.find(tx, choosing.read(asked), _reach(actor), after=after or None)
    return OrderPage(found.rows, found.after)


@post(
    "/orders/{number:str}/corrections",
    guards=[requires(*CORRECTORS)],
    responses={
        201: ResponseSpec(Corrected, description="Set right", examples=[Example(value=examples.CORRECTED)])
    },
)
async def correct_order(
    actor: NamedDependency[Actor],
    number: FromPath[str],
    data: Annotated[CorrectionIn, BodyKwarg(examples=[Example(value=examples.CORRECTION)])],
) -> Corrected:
    """Set receiver or remark of an order right; what is left out stays, and the ledger says who did it."""
    async with postgres.transaction(snapshot=True) as tx:
        order_id = await one.id_of(tx, number)
        await one.row(tx, order_id, _reach(actor))
    wish = Wish(order_id=order_id, **{name: getattr(data, name) for name in data.__struct_fields__})
    (verdict,) = await correct([wish], actor=actor)
    if verdict.refused is not None:
        raise recalled(verdict.refused, verdict.data)
    async with postgres.transaction(snapshot=True) as tx:
        row: Any = await one.row(tx, order_id, _reach(actor))
        shown = await receivers.shown(tx, order_id)
    return Corrected(number=row["number"], stage=row["stage"], receiver=shown, remark=masked(row["remark"]))


def _reach(actor: Actor) -> Reach:
    return Reach(shops=actor.shops, warehouses=actor.warehouses)


router = Router("/api", route_handlers=[list_orders, correct_order], tags=["orders"])
