"""The short way through the signed door, for a message that holds: thousands come in a second on the day of a sale.

It answers what the route would have answered, without what only other routes need (guards, forms, sessions). Whatever is
not plain (another method, no such shop, a signature that does not hold, a body that is too large, a full queue) goes the
ordinary way to the route, with everything that was read, and is refused there.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import msgspec

from orderhub.accounts import shops
from orderhub.intake import door
from orderhub.intake.contract import MAX_BODY_BYTES

Receive: TypeAlias = Callable[[], Awaitable[Any]]
Send: TypeAlias = Callable[[Any], Awaitable[None]]

_SHOP = re.compile(re.escape(door.PATH) + r"([0-9]{1,9})")
_TYPE = (b"content-type", b"application/json")


def is_for(scope: Any) -> bool:
    """Tell whether a request may go this way."""
    path: str = scope.get("path", "")
    return scope["type"] == "http" and scope["method"] == "POST" and path.startswith(door.PATH)


async def take(
    scope: Any, receive: Receive, send: Send, *, route: Callable[[Receive], Awaitable[None]]
) -> None:
    """Take in a message and answer, or leave the request to the route, which is given what there was to read."""
    told = await _whole(receive)
    receipt = await _receipt(scope, told)
    if receipt is None:
        await route(_again(told, receive))
        return
    scope["path_template"] = door.ROUTE
    body = msgspec.json.encode(receipt)
    headers = [_TYPE, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": door.ACCEPTED, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _whole(receive: Receive) -> list[Any]:
    """Read a request to its end, or until there is more of it than a message may be."""
    told, size = [], 0
    while True:
        event = await receive()
        told.append(event)
        size += len(event.get("body", b""))
        if size > MAX_BODY_BYTES or not event.get("more_body", False):
            return told


async def _receipt(scope: Any, told: list[Any]) -> door.Receipt | None:
    shop, last = _SHOP.fullmatch(scope["path"]), told[-1]
    if shop is None or last["type"] != "http.request" or last.get("more_body"):
        return None
    body = b"".join(event["body"] for event in told)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    try:
        entrance = await shops.entrance(int(shop[1]))
        if entrance is None:
            return None
        return await door.accept(entrance, headers, body, request_id=scope["state"]["request_id"])
    except Exception:  # noqa: BLE001 - the route tries once more, and knows how to tell what stands in the way
        return None


def _again(told: list[Any], receive: Receive) -> Receive:
    """Let the route read what was read already, and then the rest."""
    waiting = iter(told)

    async def read() -> Any:
        return next(waiting, None) or await receive()

    return read
