"""Finding: the statement that answers what was asked of the order list, put together so that it walks and never collects.

Every way to narrow the list has an index that holds the orders newest first; the places somebody may see become one
short walk each, merged. A search walks the receivers of one phone or name in the same order. So a page costs the same
however many orders there are and however deep it lies, and each combination gets a plan of its own.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import product
from typing import Any

import msgspec

from orderhub.orders import asking
from orderhub.orders.asking import Asked
from orderhub.orders.masking import last4_digest, name_digest, phone_digest
from orderhub.rendering.cursors import Cursor

# Above this many (shop, warehouse) pairs one walk that leaves out what it may not show is cheaper than one walk each.
_MOST_WALKS = 40
_NO_WAREHOUSE = 0


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asked the list for; None or False: everything."""

    q: str = ""
    stage: str | None = None
    late: bool = False
    shop: int | None = None
    warehouse: int | None = None
    since: datetime | None = None
    until: datetime | None = None


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """Whose list it is: the shops and warehouses within reach, None for all."""

    shops: frozenset[int] | None
    warehouses: frozenset[int] | None


class Question:
    """One statement with its values: (id, opened_at) of the newest matches before the cursor, ``limit`` at most."""

    def __init__(self, filters: Filters, reach: Reach, *, before: Cursor | None, limit: int) -> None:
        self.values: list[Any] = []
        self._filters = filters
        self._before = before
        self._limit = limit
        self._shops = _within(filters.shop, reach.shops)
        also_without = None if reach.warehouses is None else reach.warehouses | {_NO_WAREHOUSE}
        self._warehouses = _within(filters.warehouse, also_without)
        walks = self._search(asking.read(filters.q)) if filters.q.strip() else self._walk()
        self.sql = (
            f"select * from ({' union '.join(walks)}) found order by opened_at desc, id desc limit {limit}"
        )

    def _walk(self) -> list[str]:
        """One walk for each pair of places, along an index that begins with them."""
        shops, warehouses = (
            [None] if places is None else [*places] for places in (self._shops, self._warehouses)
        )
        if not 0 < len(shops) * len(warehouses) <= _MOST_WALKS:
            return [self._ordered("subjects s", self._in_places())]
        pairs = product(shops, warehouses)
        return [self._ordered("subjects s", self._in_place(*pair)) for pair in pairs]

    def _search(self, asked: Asked) -> list[str]:
        """Numbers as they stand, and receivers by whole phone, last four or name: one walk for each."""
        walks = [self._numbered(asked)]
        for column, digests in (
            ("phone_digest", [phone_digest(phone) for phone in asked.phones]),
            ("last4_digest", [last4_digest(asked.last_four)] if asked.last_four else []),
            ("name_digest", [name_digest(name) for name in asked.names]),
        ):
            for digest in digests:
                source = "receivers r join subjects s on s.id = r.order_id"
                wanted = [f"r.{column} = {self._value(digest)}", *self._in_places()]
                walks.append(self._ordered(source, wanted, at="r.placed_at", id_="r.order_id"))
        return walks

    def _numbered(self, asked: Asked) -> str:
        spellings = f"any({self._value(list(asked.numbers))}::text[])"
        ways = [
            f"select root_id as id from numbers where number = {spellings}",
            f"select order_id from order_money where number = {spellings}",
        ]
        if asked.digits:
            ways.append(f"select order_id from shipments where code = {self._value(asked.digits)}")
        return self._ordered(f"({' union '.join(ways)}) n join subjects s on s.id = n.id", self._in_places())

    def _ordered(
        self, source: str, wanted: Iterable[str], *, at: str = "s.opened_at", id_: str = "s.id"
    ) -> str:
        """Return one walk. ``at`` and ``id_`` are what its index is ordered by: an order's receiver has the same time."""
        conditions = ["s.kind = 'order'", "s.parent_id is null", *wanted]
        for condition, value in (
            ("s.stage = {}", self._filters.stage),
            (f"{at} >= {{}}", self._filters.since),
            (f"{at} < {{}}", self._until()),
        ):
            if value is not None:
                conditions.append(condition.format(self._value(value)))
        if self._filters.late:
            conditions.append("s.late > 0")
        if self._before is not None:
            conditions.append(f"({at}, {id_}) < ({', '.join(self._value(part) for part in self._before)})")
        return f"""(select s.id, {at} as opened_at from {source} where {" and ".join(conditions)}
                    order by {at} desc, {id_} desc limit {self._limit})"""

    def _until(self) -> datetime | None:
        """A cursor bounds the walk more tightly; with both, PostgreSQL begins at this one and reads up to the cursor."""
        until = self._filters.until
        return None if until is None or (self._before is not None and self._before[0] < until) else until

    def _in_place(self, shop: int | None, warehouse: int | None) -> list[str]:
        pairs = (("s.shop_id", shop), ("coalesce(s.warehouse_id, 0)", warehouse))
        return [f"{column} = {self._value(place)}" for column, place in pairs if place is not None]

    def _in_places(self) -> list[str]:
        pairs = (("s.shop_id", self._shops), ("coalesce(s.warehouse_id, 0)", self._warehouses))
        return [
            f"{column} = any({self._value(places)}::int[])" for column, places in pairs if places is not None
        ]

    def _value(self, value: Any) -> str:
        self.values.append(value)
        return f"${len(self.values)}"


def _within(chosen: int | None, reach: Collection[int] | None) -> list[int] | None:
    """Return the places to look at: the chosen one if it is within reach, else all within reach; None for everywhere."""
    if chosen is None:
        return None if reach is None else sorted(reach)
    return [chosen] if reach is None or chosen in reach else []
