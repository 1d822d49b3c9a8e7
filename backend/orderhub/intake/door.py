"""The signed door of the generic channel: one address a shop, ``POST /webhooks/<shop>``.

What does not prove who sent it is refused before anything is kept. What does is kept and acknowledged, whatever it
contains; the answer comes after the COMMIT, so an acknowledged message is never lost.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Request, Response, Router, post
from litestar.exceptions import ClientException
from litestar.params import FromPath
from litestar.status_codes import HTTP_202_ACCEPTED, HTTP_413_REQUEST_ENTITY_TOO_LARGE

from orderhub.accounts import shops
from orderhub.accounts.access import PUBLIC, SIGNED_DOOR
from orderhub.accounts.shops import Entrance
from orderhub.intake import receiving, taking
from orderhub.intake.contract import MAX_BODY_BYTES
from orderhub.intake.generic import signature
from orderhub.intake.received import Outcome, Received
from orderhub.intake.refusals import BodyTooLarge
from orderhub.kernel import clock
from orderhub.kernel.errors import NotFound

PATH: Final = "/webhooks/"
ROUTE: Final = PATH + "{shop_id}"  # as Litestar calls it
ACCEPTED: Final = HTTP_202_ACCEPTED


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What the sender is told: the message is ours now. ``waiting``: kept, with the reasons a person will see."""

    message: str
    state: str
    reasons: tuple[str, ...] = ()


@post(PATH + "{shop_id:int}", guards=[PUBLIC], status_code=ACCEPTED, opt=SIGNED_DOOR)
async def deliver(request: Request[Any, Any, Any], shop_id: FromPath[int]) -> Response[Receipt]:
    """Take in one message of a shop's channel (Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature)."""
    entrance = await shops.entrance(shop_id)
    if entrance is None:
        raise NotFound(subject=f"{PATH}{shop_id}")
    body, request_id = await _body(request), request.scope["state"]["request_id"]
    return Response(await accept(entrance, request.headers, body, request_id=request_id))


async def accept(entrance: Entrance, headers: Mapping[str, str], body: bytes, *, request_id: str) -> Receipt:
    """Store and apply one message whose signature holds; returns once it is committed."""
    return receipt(await taking.take(signed(entrance, headers, body, request_id=request_id)))


def signed(entrance: Entrance, headers: Mapping[str, str], body: bytes, *, request_id: str) -> Received:
    """Return the message of a request whose signature holds."""
    now = clock.now()
    seal = signature.verify(headers, body, keys=entrance.secrets, now=now)
    return receiving.arrived(
        entrance.shop, outside_id=seal.message_id, body=body, at=now, request_id=request_id
    )


def receipt(outcome: Outcome) -> Receipt:
    """Return what the sender is told of a message that is ours now."""
    codes = tuple(str(reason.code) for reason in outcome.reasons)
    return Receipt(message=str(outcome.message), state=outcome.state, reasons=codes)


async def _body(request: Request[Any, Any, Any]) -> bytes:
    try:
        body = await request.body()
    except ClientException as error:
        if error.status_code != HTTP_413_REQUEST_ENTITY_TOO_LARGE:
            raise
        raise BodyTooLarge(
            expected=f"≤ {MAX_BODY_BYTES}", got=request.headers.get("content-length", "—")
        ) from None
    if len(body) > MAX_BODY_BYTES:
        raise BodyTooLarge(expected=f"≤ {MAX_BODY_BYTES}", got=len(body))
    return body


router = Router("/", route_handlers=[deliver], tags=["intake"])
