"""What the demo shops sell: the file `goods.csv`, which comes in through the import like any shop's own list.

The barcodes are of a made-up company, number 0000 of the prefix 690; cases have a GTIN-14 with their pieces.
"""

import csv
from functools import cache
from importlib import resources

import msgspec

FILE = "goods.csv"
# What a shop abroad asks for one yuan, in hundredths of its currency's minor unit.
_RATES = {"CNY": 100, "HKD": 110}


class Good(msgspec.Struct, frozen=True):
    """Something to be sold, as its shop calls it. ``row`` counts the goods from one on."""

    row: int
    code: str
    name: str
    price_fen: int


def content() -> bytes:
    """Return the file as somebody would upload it."""
    return resources.files(__package__).joinpath(FILE).read_bytes()


@cache
def on_sale() -> tuple[Good, ...]:
    """Return everything that is sold, as the file lists it; a row without a price tells of a case."""
    rows = [row for row in csv.DictReader(content().decode().splitlines()) if row["售价(分)"]]
    return tuple(
        Good(number, row["商品编码"], row["商品名称"], int(row["售价(分)"]))
        for number, row in enumerate(rows, start=1)
    )


def price(good: Good, currency: str) -> int:
    """Return what it costs there, in minor units; abroad in tens of them."""
    asked = good.price_fen * _RATES[currency] // 100
    return asked if currency == "CNY" else asked // 10 * 10
