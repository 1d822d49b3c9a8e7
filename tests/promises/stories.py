"""Generated stories of orders as channels and carriers tell them, and generated ways in which they arrive.

What contradicts itself physically depends on who was first, and is not generated:

- An order ends (cancelled, or refunded in full) before its parcel leaves, or the parcel leaves first: where a story has
  both, the word that ends it arrives after the words that made the parcel leave. Nor do people hand over such parcels.
- Lines change before anybody picks: in a story of changed lines people begin when everything has arrived, and what the
  carrier says of the parcel arrives after the last of the lines.
- An order that was paid in full stays so: payments cover the greatest total any version tells, or never the least.
- One order is one parcel with one waybill, and no number (of a payment, a waybill, a message) has two meanings.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.promises.channel import SKUS, Post

NOON = datetime(2026, 11, 11, 4, 0, tzinfo=UTC)
PRICES = dict(zip(SKUS, (2800, 1550, 4200), strict=True))
WAYS = ("collected", "in_transit", "out_for_delivery", "lost", "signed", "returned")
RECEIVERS = (
    {
        "name": "王小明",
        "phone": "13812342046",
        "province": "江苏省",
        "city": "苏州市",
        "address": "星湖街 1 号",
    },
    {
        "name": "李雷",
        "phone": "13900001111",
        "province": "浙江省",
        "city": "杭州市",
        "address": "文一西路 969 号",
    },
    {"token": "1rPqvOAID", "scheme": "taobao-oaid", "name": "张**", "province": "四川省"},
)
REMARKS = ("", "放门卫", "先打电话 13812342046")


class Story(NamedTuple):
    """One order: what is told of it, what must have arrived before what, and how far people carry it."""

    number: str
    waybill: str
    posts: tuple[Post, ...]
    before: dict[str, frozenset[str]]
    people_do: int
    people_wait: bool


class Step(NamedTuple):
    """Messages that arrive at the same time, and the stories whose people then do what they can."""

    posts: tuple[tuple[int, Post], ...]
    people: tuple[int, ...]


class _Telling:
    """Collects the messages of one story."""

    def __init__(self, draw: st.DrawFn, number: str) -> None:
        self.draw = draw
        self.number = number
        self.minute = 0
        self.posts: list[Post] = []

    def say(self, order: dict[str, Any] | None = None, **more: Any) -> Post:
        told = {"order": {"number": self.number, "updated_at": self.now} | (order or {})} | more
        self.posts.append(Post(f"{self.number}-{len(self.posts)}", told))
        if self.draw(st.integers(0, 3)):
            self.minute += 1
        return self.posts[-1]

    @property
    def now(self) -> str:
        return (NOON + timedelta(minutes=self.minute)).isoformat()

    def chance(self, of: int = 2) -> bool:
        return self.draw(st.integers(1, of)) == of


@st.composite
def stories(draw: st.DrawFn, number: str) -> Story:
    """One order's story, in the order in which it happened."""
    tell = _Telling(draw, number)
    end = draw(st.sampled_from(["open", "open", "closed", "cancelled", "refunded"]))
    is_paid = end in ("closed", "refunded") or tell.chance(3) is False
    is_steady = end == "refunded"
    totals, is_relined = _versions(tell, is_steady=is_steady)
    if is_paid:
        _pay(tell, max(totals))
    elif tell.chance():
        tell.say(payments=[{"number": f"P-{number}", "amount": min(totals) - 1, "at": tell.now}])
    _small_refunds(tell, min(totals), max(totals))
    waybill = f"SF{number}"
    has_left = _parcel(tell, waybill) if tell.chance(3) is False else False
    earlier = frozenset(post.id for post in tell.posts)
    before = _lines_first(tell.posts) if is_relined else {}
    if (ending := _ending(tell, end, totals)) and has_left and is_paid:
        before[ending] = earlier
    _echoes(tell, spared=before)
    kept_in = end in ("cancelled", "refunded")
    return Story(
        number, waybill, tuple(tell.posts), before, draw(st.integers(0, 2 if kept_in else 3)), is_relined
    )


@st.composite
def deliveries(draw: st.DrawFn, told: Sequence[Story]) -> list[Step]:
    """One way in which everything told arrives: any order, some of it again, alone or together, people in between."""
    posts = [(number, post) for number, story in enumerate(told) for post in story.posts]
    waiting = draw(st.permutations(posts))
    arriving: list[tuple[int, Post]] = []
    while waiting:
        here = {post.id for _, post in arriving}
        nth = next(
            i for i, (n, post) in enumerate(waiting) if told[n].before.get(post.id, frozenset()) <= here
        )
        arriving.append(waiting.pop(nth))
    for _ in range(draw(st.integers(0, 4))):
        again = draw(st.integers(0, len(arriving) - 1))
        arriving.insert(draw(st.integers(again + 1, len(arriving))), arriving[again])
    steps: list[Step] = []
    while arriving:
        size = draw(st.integers(1, 4))
        at_work = draw(st.lists(st.integers(0, len(told) - 1), max_size=2))
        steps.append(Step(tuple(arriving[:size]), tuple(n for n in at_work if not told[n].people_wait)))
        del arriving[:size]
    return steps


def as_it_happened(told: Sequence[Story]) -> list[Step]:
    """The plainest way: one message after the other."""
    return [Step(((number, post),), ()) for number, story in enumerate(told) for post in story.posts]


def _versions(tell: _Telling, *, is_steady: bool) -> tuple[list[int], bool]:
    """Tell the whole order, up to three times; return every total told, and whether the lines ever changed."""
    lines, extra = _lines(tell), tell.draw(st.sampled_from([(0, 0), (0, 800), (100, 0)]))
    if tell.chance(5):
        _in_two(tell, lines, extra)
        return [_amounts(lines, extra)["total"]], False
    first, totals = lines, list[int]()
    placed_at = tell.now if tell.chance() else None
    for nth in range(tell.draw(st.integers(1, 3))):
        if nth and not is_steady:
            lines = _lines(tell) if tell.chance() else lines
            extra = tell.draw(st.sampled_from([(0, 0), (0, 800), (100, 0)]))
        order = {"lines": lines, "amounts": _amounts(lines, extra), **_optional(tell)}
        if placed_at:
            order["placed_at"] = placed_at
        tell.say(order)
        totals.append(order["amounts"]["total"])
    if tell.chance(3):
        tell.say({"remark": tell.draw(st.sampled_from(REMARKS))})
    if tell.chance(3):
        tell.say({"receiver": tell.draw(st.sampled_from(RECEIVERS))})
    return totals, lines != first or any(
        post.said["order"].get("lines", first) != first for post in tell.posts
    )


def _in_two(tell: _Telling, lines: list[dict[str, Any]], extra: tuple[int, int]) -> None:
    tell.say({"lines": lines, **_optional(tell)})
    tell.say({"amounts": _amounts(lines, extra)})


def _lines(tell: _Telling) -> list[dict[str, Any]]:
    skus = tell.draw(st.lists(st.sampled_from(SKUS), min_size=1, max_size=2, unique=True))
    counts = [tell.draw(st.integers(1, 3)) for _ in skus]
    return [
        {"sku": sku, "name": sku, "quantity": n, "unit_price": PRICES[sku]}
        for sku, n in zip(skus, counts, strict=True)
    ]


def _amounts(lines: list[dict[str, Any]], extra: tuple[int, int]) -> dict[str, int]:
    goods = sum(line["quantity"] * line["unit_price"] for line in lines)
    return {"goods": goods, "discount": extra[0], "shipping": extra[1], "total": goods - extra[0] + extra[1]}


def _optional(tell: _Telling) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if tell.chance():
        said["receiver"] = tell.draw(st.sampled_from(RECEIVERS))
    if tell.chance():
        said["remark"] = tell.draw(st.sampled_from(REMARKS))
    if tell.chance():
        said["status"] = "placed"
    return said


def _pay(tell: _Telling, total: int) -> None:
    way = tell.draw(st.sampled_from(["payment", "two payments", "word", "both"]))
    if way == "word":
        tell.say({"status": "paid"})
        return
    shares = [total] if way == "payment" else [total // 3, total - total // 3]
    for nth, share in enumerate(shares):
        payment = {"number": f"P-{tell.number}-{nth}", "amount": share, "at": tell.now}
        tell.say({"status": "paid"} if way == "both" else None, payments=[payment])
    if tell.chance(3):  # a later message repeats the rows, and does not say when they were paid
        tell.say(
            payments=[
                {"number": f"P-{tell.number}-{nth}", "amount": share} for nth, share in enumerate(shares)
            ]
        )


def _small_refunds(tell: _Telling, least: int, most: int) -> None:
    for nth in range(tell.draw(st.integers(0, 2))):
        amount = tell.draw(st.integers(1, least // 4))
        tell.say(refunds=[{"number": f"R-{tell.number}-{nth}", "amount": amount, "at": tell.now}])
    if tell.chance(6):
        tell.say(refunds=[{"number": f"R-{tell.number}-X", "amount": most + 1, "at": tell.now}])


def _parcel(tell: _Telling, waybill: str) -> bool:
    ways = tell.draw(
        st.lists(st.sampled_from(WAYS), min_size=1, max_size=4, unique=True).map(
            lambda w: sorted(w, key=WAYS.index)
        )
    )
    names = {"waybill": waybill, "number": f"S-{tell.number}"}
    linked = tell.draw(st.integers(0, len(ways) - 1))
    for nth, way in enumerate(ways):
        called = (
            names
            if nth == linked
            else {
                k: names[k]
                for k in tell.draw(st.sampled_from([["waybill"], ["number"], ["waybill", "number"]]))
            }
        )
        event = called | {"status": way, "at": tell.now}
        if "waybill" in called and tell.chance():
            event["carrier"] = "SF"
        tell.say(shipments=[event])
    return True


def _ending(tell: _Telling, end: str, totals: list[int]) -> str | None:
    if end == "refunded":
        paid_back = sum(
            row["amount"]
            for post in tell.posts
            for row in post.said.get("refunds", ())
            if row["amount"] <= totals[0]
        )
        rest = {"number": f"R-{tell.number}-F", "amount": totals[0] - paid_back, "at": tell.now}
        return tell.say(refunds=[rest]).id
    return tell.say({"status": end}).id if end != "open" else None


def _lines_first(posts: Sequence[Post]) -> dict[str, frozenset[str]]:
    versions = frozenset(post.id for post in posts if "lines" in post.said["order"])
    return {post.id: versions for post in posts if "shipments" in post.said}


def _echoes(tell: _Telling, *, spared: dict[str, frozenset[str]]) -> None:
    """Tell some of it once more under another message id: the same words, or the same later."""
    for post in [post for post in tell.posts if post.id not in spared and tell.chance(6)]:
        tell.posts.append(Post(f"{post.id}-again", post.said))
