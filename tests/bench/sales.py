"""What a channel sends on the day of a sale: signed orders of three lines, about 2 kB each, with repeats and poison among them."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from orderhub.intake.generic import signature
from tests.bench import calling

SKUS = 200
_PLACES = ("江苏省 苏州市 工业园区", "浙江省 杭州市 余杭区", "广东省 深圳市 南山区", "四川省 成都市 武侯区")
_REMARK = "麻烦发顺丰，工作日白天送到前台即可，谢谢。"


class Sale(NamedTuple):
    """Requests as they go over the wire, and what has to be there once they are answered."""

    requests: list[bytes]
    orders: int
    waiting: int


def sale(
    name: str, orders: int, *, shop_id: int, key: bytes, poison: float = 0.0, repeats: float = 0.01
) -> Sale:
    """Return the messages of so many orders, shuffled: one in a hundred is sent twice, and a share cannot be read."""
    dice = random.Random(name)
    path = f"/webhooks/{shop_id}"
    now = datetime.now(UTC)
    bodies = [_body(f"{name}-{nth:06d}", dice, now) for nth in range(orders)]
    bad = set(dice.sample(range(orders), round(orders * poison)))
    sent = []
    for nth, body in enumerate(bodies):
        told = body[: len(body) // 2] if nth in bad else body
        headers = signature.sign(told, message_id=f"{name}-{nth}", at=now, keys=[key])
        sent.append(calling.request(path, told, headers))
    again = [sent[nth] for nth in dice.sample(range(orders), round(orders * repeats))]
    return Sale(_scattered(sent, again, dice), orders - len(bad), len(bad))


def _scattered(sent: Sequence[bytes], again: Sequence[bytes], dice: random.Random) -> list[bytes]:
    requests = list(sent)
    for repeat in again:
        requests.insert(dice.randrange(len(requests)), repeat)
    return requests


def _body(number: str, dice: random.Random, now: datetime) -> bytes:
    lines = [_line(dice) for _ in range(3)]
    goods = sum(line["amount"] for line in lines)
    phone = f"13{dice.randrange(10**9):09d}"
    order = {
        "number": number,
        "updated_at": now.isoformat(),
        "placed_at": now.isoformat(),
        "status": "placed",
        "currency": "CNY",
        "amounts": {"goods": goods, "discount": 0, "shipping": 0, "total": goods},
        "lines": lines,
        "receiver": {
            "name": dice.choice("王李张刘陈") + dice.choice(("小明", "芳", "伟", "秀英")),
            "phone": phone,
            "province": dice.choice(_PLACES),
            "address": f"星湖街 {dice.randrange(1, 999)} 号 {dice.randrange(1, 30)} 幢",
        },
        "remark": _REMARK,
    }
    # What channels send besides: kept with the message, used by nobody here.
    said = {"order": order, "extra": {"trace": [f"{dice.getrandbits(64):016x}" for _ in range(40)]}}
    return msgspec.json.encode(said)


def _line(dice: random.Random) -> dict[str, Any]:
    number, quantity, price = dice.randrange(1, SKUS + 1), dice.randrange(1, 4), dice.randrange(500, 20_000)
    name = f"机油滤清器 W{number}"
    return {
        "sku": f"W{number}",
        "name": name,
        "quantity": quantity,
        "unit_price": price,
        "amount": price * quantity,
    }
