"""The short way through the signed door, for a message that holds: thousands come in a second on the day of a sale.

It answers what the route would have answered, without what only other routes need (a task, guards, forms, sessions).
Whatever is not plain (another method, no such shop, a signature that does not hold, a full queue) goes the ordinary way
to the route, and is refused there.
"""

import re
from asyncio import Future
from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from orderhub.accounts import shops
from orderhub.intake import door, taking
from orderhub.intake.received import Outcome

Told: TypeAlias = Callable[[bytes | None], None]

_SHOP = re.compile(re.escape(door.PATH) + r"([0-9]{1,9})")
_SIGNED = b"webhook-"
_encoder = msgspec.json.Encoder()


def is_for(scope: Any) -> bool:
    """Tell whether a request may go this way."""
    path: str = scope["path"]
    return path.startswith(door.PATH) and scope["method"] == "POST"


def take(scope: Any, body: bytes, told: Told) -> None:
    """Take in a message; ``told`` is called with the receipt, or with None where the route has to decide."""
    outcome = _taken(scope, body)
    if outcome is None:
        told(None)
        return

    def tell(outcome: Future[Outcome]) -> None:
        failed = outcome.cancelled() or outcome.exception()  # the route tries once more
        told(None if failed else _encoder.encode(door.receipt(outcome.result())))

    outcome.add_done_callback(tell)


def _taken(scope: Any, body: bytes) -> Future[Outcome] | None:
    shop = _SHOP.fullmatch(scope["path"])
    entrance = shops.known_entrance(int(shop[1])) if shop else None
    if entrance is None or not taking.is_trusted(entrance.shop.id):
        return None
    # Of two headers with one name the first counts, as for the route.
    signed = [pair for pair in reversed(scope["headers"]) if pair[0].startswith(_SIGNED)]
    headers = {name.decode(): value.decode("latin-1") for name, value in signed}
    try:
        return taking.queue.begin(
            door.signed(entrance, headers, body, request_id=scope["state"]["request_id"])
        )
    except Exception:  # noqa: BLE001 - the route tries once more, and knows how to tell what stands in the way
        return None
