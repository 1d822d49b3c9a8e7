"""The door with nothing behind it: Litestar takes a request, checks its HMAC, reads its JSON, and answers. Nothing is kept.

``python bare_door.py PORT KEY`` (the key in hexadecimal digits).
"""

import asyncio
import base64
import hmac
import sys
from hashlib import sha256
from typing import Any

import msgspec
import uvicorn
import uvloop
from litestar import Litestar, Request, Response, post


class Line(msgspec.Struct):
    sku: str
    name: str
    quantity: int
    unit_price: int
    amount: int


class Order(msgspec.Struct):
    number: str
    updated_at: str
    placed_at: str
    status: str
    currency: str
    amounts: dict[str, int]
    lines: list[Line]
    receiver: dict[str, str]


class Message(msgspec.Struct):
    order: Order


class Receipt(msgspec.Struct):
    message: str
    state: str


class SignatureWrong(Exception):
    """Whoever sent this does not know the key."""


_decoder = msgspec.json.Decoder(Message)
_key = b""


@post("/webhooks/{shop_id:int}", status_code=202)
async def deliver(request: Request[Any, Any, Any], shop_id: int) -> Response[Receipt]:
    body = await request.body()
    headers = request.headers
    signed = b"%b.%b.%b" % (headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body)
    right = b"v1," + base64.b64encode(hmac.digest(_key, signed, sha256))
    if not hmac.compare_digest(right, headers["webhook-signature"].encode()):
        raise SignatureWrong
    try:
        message = _decoder.decode(body)
    except msgspec.DecodeError:
        return Response(Receipt(message=headers["webhook-id"], state="waiting"))
    return Response(Receipt(message=message.order.number, state="applied"))


def main() -> None:
    """Serve as the hub is served: one process, the same event loop and parser, no access log."""
    global _key
    port, _key = int(sys.argv[1]), bytes.fromhex(sys.argv[2])
    app = Litestar(route_handlers=[deliver], openapi_config=None)
    config = uvicorn.Config(
        app, port=port, access_log=False, log_config=None, server_header=False, backlog=2048
    )
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main()
