"""Orders for a rehearsal: several lines of what the shop sells, a few goods most of them, for people who do not exist.

Each is known by its number, ``REHEARSAL-<run>-<nth>``, and by a remark. Unless they are paid, they never reach a warehouse.
"""

import random
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

import msgspec

from orderhub.intake.generic.shape import Amounts, Line, Message, Money, Order, Receiver, encode
from orderhub.kernel import clock

PREFIX: Final = "REHEARSAL-"
REMARK: Final = "演练订单，请勿发货 / Rehearsal: do not ship"

_KINDS = (1, 1, 1, 2, 2, 3, 4)  # of goods in one order
_PIECES = (1, 1, 1, 1, 2, 2, 3)
_FEWEST_MINOR, _MOST_MINOR = 500, 20_000
_PLACES = (
    ("江苏省", "苏州市", "吴中区", "演练路"),
    ("浙江省", "杭州市", "余杭区", "演练街"),
    ("广东省", "深圳市", "南山区", "演练大道"),
    ("四川省", "成都市", "武侯区", "演练巷"),
)


class Good(msgspec.Struct, frozen=True):
    """Something the shop sells, by the number the shop has for it."""

    code: str
    name: str


class Rehearsed(msgspec.Struct, frozen=True, kw_only=True):
    """One order as it is sent, and what it has to come to."""

    number: str
    message_id: str
    body: bytes
    total_minor: int


class Orders:
    """The orders of one run, which are others in every run. ``currency`` is left out where it is not known."""

    def __init__(self, run: str, goods: Sequence[Good], *, currency: str | None, paid: bool) -> None:
        self.run = run
        self._dice = random.Random(run)
        # As on the day of a sale: the n-th good sells an n-th as often as the first, so some SKUs are hot.
        self._goods = self._dice.sample(goods, len(goods))
        self._weights = list(accumulate(1 / place for place in range(1, len(goods) + 1)))
        self._currency, self._paid = currency, paid

    def make(self, nth: int) -> Rehearsed:
        """Return the nth order, placed now."""
        number, now = f"{PREFIX}{self.run}-{nth:06d}", clock.now()
        lines = tuple(self._line(good) for good in self._choose())
        total = sum(line.amount or 0 for line in lines)
        order = Order(
            number=number,
            updated_at=now,
            placed_at=now,
            status="placed",
            currency=self._currency,
            amounts=Amounts(goods=total, discount=0, shipping=0, total=total),
            lines=lines,
            receiver=self._receiver(),
            remark=REMARK,
        )
        payments = (Money(number=f"PAY-{number}", amount=total, at=now),) if self._paid else ()
        body = encode(Message(order=order, payments=payments))
        return Rehearsed(number=number, message_id=number, body=body, total_minor=total)

    def _choose(self) -> list[Good]:
        kinds = self._dice.choice(_KINDS)
        found = self._dice.choices(self._goods, cum_weights=self._weights, k=kinds)
        return list(dict.fromkeys(found))

    def _line(self, good: Good) -> Line:
        quantity, price = self._dice.choice(_PIECES), self._dice.randrange(_FEWEST_MINOR, _MOST_MINOR)
        return Line(
            sku=good.code, name=good.name, quantity=quantity, unit_price=price, amount=price * quantity
        )

    def _receiver(self) -> Receiver:
        province, city, district, street = self._dice.choice(_PLACES)
        return Receiver(
            name=f"演练{self._dice.choice('甲乙丙丁戊己庚辛')}",
            phone=f"1{self._dice.choice('3578')}{self._dice.randrange(10**8, 10**9)}",
            province=province,
            city=city,
            district=district,
            address=f"{street} {self._dice.randrange(1, 999)} 号",
        )
