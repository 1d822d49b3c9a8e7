"""Lives of orders, told as channels, carriers and people would: messages through intake, moves on the floor."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

# What an order passes, and how many minutes after the step before it.
ROAD = (
    ("placed", 0),
    ("paid", 3),
    ("picking", 45),
    ("packed", 20),
    ("collected", 100),
    ("in_transit", 300),
    ("out_for_delivery", 1500),
    ("signed", 240),
    ("closed", 1440),
)
ENDS = {"cancelled": ("paid", 30), "returned": ("out_for_delivery", 600), "lost": ("in_transit", 4400)}

Lines = tuple[tuple[str, int], ...]


class Buyer(NamedTuple):
    name: str
    phone: str
    province: str
    city: str
    district: str
    address: str


class Life(NamedTuple):
    """One order: how far it came, and how many minutes ago it came there."""

    reached: str
    ago: int
    shop: str
    lines: Lines
    called: str = ""
    refunded: int = 0
    remark: str = ""
    discount: int = 0
    shipping: int = 0


class Step(NamedTuple):
    """One thing that happens to one order."""

    at: datetime
    order: int
    name: str


WANG = Buyer("王小明", "13812342046", "江苏省", "苏州市", "吴中区", "星湖街 1 号")
BUYERS = (
    WANG,
    Buyer("欧阳春晓", "13900008871", "广东省", "深圳市", "南山区", "科技园南路 18 号"),
    Buyer("李", "18611110102", "北京市", "北京市", "朝阳区", "望京街 9 号"),
    Buyer("Maximilian Hohenberg-Lothringen", "15800003344", "上海市", "上海市", "长宁区", "虹桥路 1438 号"),
    Buyer(
        "阿依古丽·买买提",
        "13999991212",
        "新疆维吾尔自治区",
        "克孜勒苏柯尔克孜自治州",
        "阿图什市",
        "幸福路 3 号",
    ),
    Buyer("陈晨", "13700009090", "四川省", "成都市", "武侯区", "天府大道 200 号"),
)
ONE: Lines = (("W712-75", 2),)
FOUR: Lines = (("W712-75", 2), ("DOT4-500", 2), ("ILZKR7B", 1), ("GIFT-CLOTH", 1))
LONG: Lines = (("MAT-ES8-5", 1), ("OBD-PRO", 1), ("CABIN-HEPA", 12))
MIX: tuple[Lines, ...] = (ONE, FOUR, (("WIPER-24-18", 1),), (("GLASS-2L", 6), ("GIFT-CLOTH", 2)), LONG)
SHOPS = ("tmall", "douyin", "bonded", "ebay")


def lives() -> tuple[Life, ...]:
    """Return every order of the story; those with a name have a page of their own in the album."""
    return (
        Life("placed", 12, "tmall", FOUR, called="unpaid", discount=1000, shipping=800),
        Life("paid", 55, "mini", ONE, called="no_warehouse", remark="先别发，等我确认颜色"),
        Life("paid", 8, "mini", FOUR),
        Life("allocated", 340, "tmall", LONG, called="to_pick", remark="周六日不收货，放丰巢，别打电话"),
        Life("picking", 75, "tmall", FOUR, called="picking_late"),
        Life("packed", 20, "tmall", FOUR, called="packed"),
        Life("out_for_delivery", 95, "bonded", FOUR, called="out_for_delivery", discount=6200, shipping=800),
        Life("signed", 400, "tmall", FOUR, called="refunded_in_part", refunded=8400, discount=1200),
        Life("cancelled", 180, "douyin", ONE, called="cancelled", refunded=5600),
        Life("lost", 200, "tmall", FOUR, called="lost"),
        Life("closed", 60, "ebay", LONG, called="closed"),
        *_crowd("placed", (3, 26, 90, 700)),
        *_crowd("allocated", (6, 15, 31, 48, 66, 80, 97, 112, 118, 131, 260)),
        *_crowd("picking", (5, 12, 22, 41, 57)),
        *_crowd("packed", (9, 40, 130, 200, 228, 300)),
        *_crowd("collected", (30, 200, 500, 900, 1500)),
        *_crowd("in_transit", (60, 300, 800, 1800, 3000, 4400)),
        *_crowd("out_for_delivery", (40, 200, 380)),
        *_crowd("signed", (15, 100, 240, 600, 1300)),
        *_crowd("closed", (30, 300, 900)),
        *_crowd("cancelled", (50, 800)),
        *_crowd("returned", (500,)),
    )  # fmt: skip


def steps(stories: Sequence[Life], now: datetime) -> list[Step]:
    """Return everything that happens, in the order of time."""
    told: list[Step] = []
    for number, life in enumerate(stories):
        at = now - timedelta(minutes=life.ago)
        for name, minutes in reversed(_road(life.reached)):
            told.append(Step(at, number, name))
            at -= timedelta(minutes=minutes)
    return sorted(told)


def _road(reached: str) -> list[tuple[str, int]]:
    if reached in ENDS:
        before, minutes = ENDS[reached]
        return [*_road(before), (reached, minutes)]
    if reached == "allocated":
        return _road("paid")
    names = [name for name, _ in ROAD]
    return list(ROAD[: names.index(reached) + 1])


def _crowd(reached: str, agos: Sequence[int]) -> list[Life]:
    return [
        Life(reached, ago, SHOPS[(place + len(reached)) % 4], MIX[(place + ago) % len(MIX)])
        for place, ago in enumerate(agos)
    ]
