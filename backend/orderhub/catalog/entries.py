"""What a file or a program says about SKUs, before it is compared with what is known."""

import msgspec

# Field by field, in the order people see them; None in an entry means "leave it as it is".
FIELDS = ("name", "product", "spec", "unit", "weight_grams", "shelf_life_days")

LONGEST = {"code": 64, "name": 200, "product": 200, "spec": 200, "unit": 16, "barcode": 64}
MOST = {"pack_quantity": 100_000, "weight_grams": 1_000_000, "shelf_life_days": 36_500}


class BarcodeEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A barcode of a SKU; without a pack quantity a known one keeps its own, a new one gets 1."""

    code: str
    pack_quantity: int | None = None
    row: int = 0


class Entry(msgspec.Struct, kw_only=True):
    """Everything said about one SKU, maybe over several rows; ``row`` is the first of them.

    ``from_number``: the code came out of a number cell, so zeros in front of it may be gone.
    """

    code: str
    name: str | None = None
    product: str | None = None
    spec: str | None = None
    unit: str | None = None
    weight_grams: int | None = None
    shelf_life_days: int | None = None
    barcodes: list[BarcodeEntry] = []
    row: int = 0
    from_number: bool = False
