"""The dialect of the demo's own web shop: other words, yuan with a point, milliseconds, and numbers of its own for SKUs.

What we understand of it stands in `own_shop.mapping.json`, which the shop has as its mapping, and in its listings.
Here is the other side: how that shop says the same things.
"""

from datetime import datetime
from importlib import resources
from typing import Any

import msgspec

from orderhub.accounts.shops import Shop
from orderhub.catalog.listing import ListingEntry
from orderhub.demo import goods

_STATES = {"placed": "WAIT_PAY", "cancelled": "CLOSED", "closed": "DONE"}
_STEPS = {
    "collected": "GOT",
    "in_transit": "SENT",
    "out_for_delivery": "NEAR",
    "signed": "SIGNED",
    "returned": "BACK",
    "lost": "MISSING",
}
_BUYER = {
    "name": "contact",
    "phone": "mobile",
    "province": "state",
    "city": "city",
    "district": "area",
    "address": "street",
}


def mapping(name: str) -> dict[str, Any]:
    """Return the mapping with which a shop of this dialect is understood."""
    raw = resources.files(__package__).joinpath(f"{name}.mapping.json").read_bytes()
    read: dict[str, Any] = msgspec.json.decode(raw)
    return read


def listings() -> list[ListingEntry]:
    """Return what the shop's own numbers mean."""
    return [ListingEntry(outside_sku=_number(good.row), sku=good.code) for good in goods.on_sale()]


def spoken(shop: Shop, body: bytes) -> bytes:
    """Return a message as this shop says it: in its dialect, if it has one and the message is not spoilt."""
    if not shop.settings.get("mapping"):
        return body
    try:
        told = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return body
    return msgspec.json.encode(_message(told))


def _message(told: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {"trade": _trade(told["order"])}
    for name, ours in (("pay", "payments"), ("refund", "refunds")):
        for one in told.get(ours, ()):
            said[name] = {"serial": one["number"], "fee": _yuan(one["amount"]), "time": _time(one["at"])}
    for one in told.get("shipments", ()):
        said["parcel"] = {
            "mail_no": one["waybill"],
            "company": one["carrier"],
            "step": _STEPS[one["status"]],
            "time": _time(one["at"]),
        }
    return said


def _trade(order: dict[str, Any]) -> dict[str, Any]:
    trade: dict[str, Any] = {"tid": order["number"], "modified": _time(order["updated_at"])}
    if "status" in order:
        trade["state"] = _STATES.get(order["status"], order["status"])
    if "lines" in order:
        amounts = order["amounts"]
        trade |= {
            "created": _time(order["placed_at"]),
            "payment": _yuan(amounts["total"]),
            "coupon": _yuan(amounts["discount"]),
            "post_fee": _yuan(amounts["shipping"]),
            "items": [_item(line) for line in order["lines"]],
            "buyer": {_BUYER[name]: value for name, value in order["receiver"].items()},
            "memo": order["remark"],
        }
    return trade


def _item(line: dict[str, Any]) -> dict[str, Any]:
    rows = {good.code: good.row for good in goods.on_sale()}
    row = rows.get(line["sku"])
    return {
        "outer_id": line["sku"] if row is None else _number(row),
        "title": line["name"],
        "num": line["quantity"],
        "total_fee": _yuan(line["amount"]),
    }


def _number(row: int) -> str:
    return f"8{row:05d}"


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _time(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1000)
