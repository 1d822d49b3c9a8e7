"""The tables of the catalog, as Piccolo sees them; the real ones, with their constraints, are made by the migrations.

Nothing here is deleted while anything refers to it: it ends. Contents of uploads are dropped after 90 days.
"""

from piccolo.columns import JSONB, UUID, Bytea, Integer, Serial, Text, Timestamptz
from piccolo.table import Table


class Product(Table, tablename="products"):
    """What a customer thinks of as one thing; it is sold as one or more SKUs. It ends with its last SKU."""

    id = Serial(primary_key=True)
    name = Text(unique=True)
    ended_at = Timestamptz(null=True, default=None)


class Sku(Table, tablename="skus"):
    """The smallest thing that is counted, picked and sold. Quantities everywhere are integers of its unit."""

    id = Serial(primary_key=True)
    code = Text(unique=True)
    product_id = Integer()
    name = Text()
    spec = Text(default="")
    unit = Text(default="")
    weight_grams = Integer(null=True, default=None)
    shelf_life_days = Integer(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)


class Barcode(Table, tablename="barcodes"):
    """A code printed on a piece or on a case of ``pack_quantity`` pieces of one SKU."""

    code = Text(primary_key=True)
    sku_id = Integer()
    pack_quantity = Integer(default=1)


class Listing(Table, tablename="listings"):
    """What a shop calls a SKU, and how many of it one sold piece of the shop is."""

    id = Serial(primary_key=True)
    shop_id = Integer()
    outside_sku = Text()
    sku_id = Integer()
    quantity = Integer(default=1)


class Import(Table, tablename="imports"):
    """An uploaded product file: previewed first, applied once. ``content`` goes after 90 days, the rest stays."""

    id = UUID(primary_key=True)
    file_name = Text()
    content = Bytea(null=True, default=None)
    content_digest = Bytea()
    preview = JSONB()
    plan_digest = Bytea(null=True, default=None)
    uploaded_by = Text()
    uploaded_by_name = Text()
    uploaded_at = Timestamptz()
    applied_by_name = Text(null=True, default=None)
    applied_at = Timestamptz(null=True, default=None)
