"""What the demo's channels say: messages in our documented shape, some of them not quite right."""

from datetime import datetime
from typing import Any

import msgspec

from orderhub.demo import goods
from orderhub.demo.chance import dice
from orderhub.demo.goods import Good
from orderhub.intake.contract import OrderStatus
from orderhub.kernel import clock

_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = (
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "丽",
    "强",
    "磊",
    "军",
    "洋",
    "小明",
    "文博",
    "雨桐",
    "子轩",
    "欣怡",
    "建国",
)
_PLACES = (
    ("江苏省", "苏州市", "吴中区", "星湖街"),
    ("浙江省", "杭州市", "余杭区", "文一西路"),
    ("上海市", "上海市", "浦东新区", "世纪大道"),
    ("安徽省", "合肥市", "蜀山区", "望江西路"),
    ("广东省", "深圳市", "南山区", "科技园路"),
    ("四川省", "成都市", "武侯区", "天府大道"),
    ("湖北省", "武汉市", "洪山区", "珞喻路"),
    ("北京市", "北京市", "海淀区", "中关村大街"),
)
_REMARKS = ("", "", "", "", "放门卫", "送货前打电话", "急用，麻烦今天发", "不要顺丰")
CARRIERS = (("顺丰", "SF"), ("中通", "ZT"), ("圆通", "YT"), ("京东", "JD"))
_MISTYPED = 0.025


def number() -> str:
    """Return an order number as a big channel gives it: longer than a machine's integer is exact in."""
    return f"69{dice.randrange(10**16, 10**17)}"


def order(order_number: str, *, currency: str = "CNY", at: datetime | None = None) -> bytes:
    """Tell of a new order of one to four kinds of goods."""
    wanted = dice.sample(goods.on_sale(), dice.choice((1, 1, 1, 2, 2, 3, 4)))
    lines = [_line(good, currency) for good in wanted]
    total = sum(line["amount"] for line in lines)
    discount = dice.choice((0, 0, 0, 500, 1000)) if total > 5_000 else 0
    shipping = 0 if total >= 9_900 else 800
    moment = (at or clock.now()).isoformat()
    said: dict[str, Any] = {
        "number": order_number,
        "updated_at": moment,
        "placed_at": moment,
        "status": "placed",
        "currency": currency,
        "amounts": {
            "goods": total,
            "discount": discount,
            "shipping": shipping,
            "total": total - discount + shipping,
        },
        "lines": lines,
        "receiver": _receiver(),
        "remark": dice.choice(_REMARKS),
    }
    return msgspec.json.encode({"order": said})


def payment(order_number: str, amount_minor: int, *, at: datetime | None = None) -> bytes:
    """Tell of the payment of an order."""
    moment = (at or clock.now()).isoformat()
    paid = {"number": f"42000{dice.randrange(10**10, 10**11)}", "amount": amount_minor, "at": moment}
    return _beside(order_number, moment, payments=[paid])


def refund(order_number: str, amount_minor: int) -> bytes:
    """Tell of money that went back."""
    moment = clock.now().isoformat()
    back = {"number": f"RF{dice.randrange(10**8, 10**9)}", "amount": amount_minor, "at": moment}
    return _beside(order_number, moment, refunds=[back])


def standing(order_number: str, status: OrderStatus) -> bytes:
    """Tell where the channel sees an order: cancelled, closed."""
    moment = clock.now().isoformat()
    return msgspec.json.encode({"order": {"number": order_number, "updated_at": moment, "status": status}})


def parcel(order_number: str, *, waybill: str, carrier: str, status: str) -> bytes:
    """Tell what a carrier did with a parcel."""
    moment = clock.now().isoformat()
    event = {"waybill": waybill, "carrier": carrier, "status": status, "at": moment}
    return _beside(order_number, moment, shipments=[event])


def spoilt(currency: str = "CNY") -> bytes:
    """Tell something that nobody can apply as it is: these end in the quarantine."""
    good: dict[str, Any] = msgspec.json.decode(order(number(), currency=currency))
    kind = dice.choice(("sum", "status", "currency", "broken"))
    if kind == "sum":
        good["order"]["amounts"]["goods"] += 100
    elif kind == "status":
        good["order"]["status"] = "frozen"
    elif kind == "currency":
        good["order"]["currency"] = "USD"
    raw = msgspec.json.encode(good)
    return raw[:-20] if kind == "broken" else raw


def unlisted(order_number: str) -> bytes:
    """Tell of an order of something that the shop lists under a number which nobody told us of."""
    told: dict[str, Any] = msgspec.json.decode(order(order_number))
    told["order"]["lines"][0]["sku"] = f"9{dice.randrange(10**4, 10**5)}"
    return msgspec.json.encode(told)


def waybill() -> tuple[str, str]:
    """Return a carrier and a waybill number of theirs; one in forty is typed with the letter O for a zero."""
    carrier, prefix = dice.choice(CARRIERS)
    digits = str(dice.randrange(10**11, 10**12))
    return carrier, prefix + (digits.replace("0", "O", 1) if dice.random() < _MISTYPED else digits)


def set_right(mistyped: str) -> str:
    """Return the waybill that was meant."""
    return mistyped.replace("O", "0")


def _line(good: Good, currency: str) -> dict[str, Any]:
    quantity = dice.choice((1, 1, 1, 1, 2, 2, 4))
    price = goods.price(good, currency)
    return {
        "sku": good.code,
        "name": good.name,
        "quantity": quantity,
        "unit_price": price,
        "amount": price * quantity,
    }


def _receiver() -> dict[str, str]:
    province, city, district, street = dice.choice(_PLACES)
    return {
        "name": dice.choice(_FAMILY) + dice.choice(_GIVEN),
        "phone": f"1{dice.choice('3578')}{dice.randrange(10**8, 10**9)}",
        "province": province,
        "city": city,
        "district": district,
        "address": f"{street} {dice.randrange(1, 999)} 号 {dice.randrange(1, 30)} 幢",
    }


def _beside(order_number: str, moment: str, **said: Any) -> bytes:
    return msgspec.json.encode({"order": {"number": order_number, "updated_at": moment}} | said)


def total_of(told: bytes) -> int:
    """Return what the order in a message costs."""
    total: int = msgspec.json.decode(told)["order"]["amounts"]["total"]
    return total
