"""What the access matrix must know of each route that addresses something: how to make that thing out of reach.

A new route with a place in its path needs a row here: in ELSEWHERE, how to make what it addresses in a shop or
warehouse the asker does not reach (the answer must be 404), or in NOTHING_TO_REACH, why there is nothing to hide.
BODIES holds what a request must send to get past reading, by method and path.
"""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, TypeAlias
from uuid import uuid4

from orderhub.accounts import api_tokens, sessions, shops, warehouses
from orderhub.intake.receiving import arrived, receive
from orderhub.kernel import clock, postgres
from orderhub.kernel.actors import SYSTEM
from tests.letters import dead_letter
from tests.people import hire
from tests.placed import draft, placed


class Place(NamedTuple):
    """A shop and a warehouse."""

    shop_id: int
    warehouse_id: int


Params: TypeAlias = dict[str, Any]
Row: TypeAlias = Callable[[Place], Awaitable[Params]]


async def place(name: str) -> Place:
    """Make a shop with its warehouse."""
    async with postgres.transaction() as tx:
        new = warehouses.NewWarehouse(code=name, name=name, time_zone="Asia/Shanghai")
        warehouse = await warehouses.add(tx, new, actor=SYSTEM)
        shop = shops.NewShop(
            name=name,
            channel="generic",
            currency="CNY",
            time_zone="Asia/Shanghai",
            default_warehouse_id=warehouse.id,
        )
        _, made = await shops.add(tx, shop, actor=SYSTEM)
    return Place(made.id, warehouse.id)


async def _person(there: Place) -> Params:
    return {"person_id": await hire(f"p{uuid4().hex[:8]}", "warehouse", shops=[there.shop_id])}


async def _shop(there: Place) -> Params:
    return {"shop_id": there.shop_id}


async def _warehouse(there: Place) -> Params:
    return {"warehouse_id": there.warehouse_id}


async def _token(there: Place) -> Params:
    wanted = api_tokens.NewApiToken(name="theirs", roles=["service"], shops=[there.shop_id])
    async with postgres.transaction() as tx:
        _, made = await api_tokens.issue(tx, wanted, actor=SYSTEM)
    return {"token_id": made.id}


async def _session(there: Place) -> Params:
    person_id = (await _person(there))["person_id"]
    async with postgres.transaction() as tx:
        await sessions.open_session(tx, person_id, device="d", agent=None, ip=None)
    return {"session_id": await postgres.fetchval("select id from sessions where person_id = $1", person_id)}


async def _order(there: Place) -> Params:
    product_id = await postgres.fetchval("insert into products (name) values ('filter') returning id")
    sku_id = await postgres.fetchval(
        "insert into skus (code, product_id, name) values ('W712', $1, 'filter') returning id", product_id
    )
    (order_id,) = await placed([draft((there.shop_id, there.warehouse_id, sku_id))])
    number = await postgres.fetchval("select number from orders where id = $1", order_id)
    return {"number": number, "panel": "head"}


async def _letter(there: Place) -> Params:
    order = await _order(there)
    order_id = await postgres.fetchval("select id from orders where number = $1", order["number"])
    return {"letter_id": await dead_letter(order_id)}


async def _message(there: Place) -> Params:
    entrance = await shops.entrance(there.shop_id)
    assert entrance is not None
    unreadable = arrived(entrance.shop, outside_id="m1", body=b"no order at all", at=clock.now())
    (outcome,) = await receive([unreadable])
    return {"message_id": outcome.message}


ELSEWHERE: dict[str, Row] = {
    "/api/people/{person_id}": _person,
    "/api/people/{person_id}/password": _person,
    "/api/shops/{shop_id}": _shop,
    "/api/shops/{shop_id}/secrets": _shop,
    "/api/shops/{shop_id}/secrets/older": _shop,
    "/api/warehouses/{warehouse_id}": _warehouse,
    "/api/tokens/{token_id}": _token,
    "/me/sessions/{session_id}/end": _session,
    "/api/shops/{shop_id}/listings": _shop,
    "/messages/{message_id}/replays": _message,
    "/dead-letters/{letter_id}/replays": _letter,
    "/orders/{number}": _order,
    "/orders/{number}/{panel}": _order,
    "/orders/{number}/link.svg": _order,
    "/orders/{number}/links": _order,
    "/orders/{number}/dossier": _order,
    "/orders/{number}/delays": _order,
    "/orders/{number}/corrections": _order,
    "/api/orders/{number}": _order,
    "/api/orders/{number}/corrections": _order,
}

_CATALOG = "the catalog is one for the whole organisation"

OWN_ONLY = {"/me/sessions/{session_id}/end": "not even an admin ends it here"}

NOTHING_TO_REACH = {
    "/desk/{part}": "a part of one's own desk; what it shows of others' orders is tried by desk",
    "/board/{part}": "a part of one's own board; its counts are tried by insight",
    "/products/{product_id}": _CATALOG,
    "/products/{product_id}/ended": _CATALOG,
    "/products/{product_id}/resumed": _CATALOG,
    "/products/{product_id}/released": _CATALOG,
    "/products/{product_id}/listings": f"{_CATALOG}; whose shop it is, listing asks",
    "/products/imports/{import_id}": _CATALOG,
    "/products/imports/{import_id}/applied": _CATALOG,
    "/api/skus/{code}": _CATALOG,
    "/assets/{path}": "built files, the same for everybody",
    "/schema/{path}": "the description of the doors, the same for everybody",
    "/set-up/{token}": "the link itself is the secret",
    "/t/{token}": "the link itself is the secret; tried by journey",
    "/t/{token}/tracks": "the link itself is the secret; tried by journey",
    "/t/{token}/hurries": "the link itself is the secret; tried by journey",
    "/t/{token}/receipts": "the link itself is the secret; tried by journey",
    "/check/{token}": "the address itself is the secret; tried by dossier",
    "/check/{token}/files": "the address itself is the secret; tried by dossier",
    "/webhooks/{shop_id}": "the signature is the secret, of that one shop; tried by intake",
}

BODIES: dict[tuple[str, str], Any] = {
    ("PATCH", "/api/people/{person_id}"): {"name": "Other"},
    ("POST", "/api/people/{person_id}/password"): {"password": "five words are easier still"},
    ("PATCH", "/api/shops/{shop_id}"): {"name": "Other"},
    ("POST", "/api/orders/{number}/corrections"): {"remark": "x"},
    ("POST", "/api/shops/{shop_id}/listings"): {"listings": [{"outside_sku": "1", "sku": "A"}]},
}
