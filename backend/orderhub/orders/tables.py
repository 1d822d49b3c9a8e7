"""The tables of the orders, for simple reads. All of them are kept as long as the law asks for accounts."""

from piccolo.columns import UUID, BigInt, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table


class Orders(Table, tablename="orders"):
    """What a buyer ordered from a shop; `number` is our order id for life, money is in minor units."""

    id = UUID(primary_key=True)
    number = Text()
    shop_id = Integer()
    channel_number = Text()
    placed_at = Timestamptz()
    currency = Text()
    goods_minor = BigInt()
    discount_minor = BigInt()
    shipping_minor = BigInt()
    total_minor = BigInt()
    paid_minor = BigInt()
    refunded_minor = BigInt()
    remark = Text()


class OrderLines(Table, tablename="order_lines"):
    """A line as sold: `quantity` in the channel's count, `pieces` in the SKU's smallest unit."""

    order_id = UUID()
    line_no = Integer()
    outside_sku = Text()
    sku_id = Integer()
    name = Text()
    quantity = Integer()
    pieces = Integer()
    unit_price_minor = BigInt()
    amount_minor = BigInt()


class OrderMoney(Table, tablename="order_money"):
    """A payment or a refund, under the outside's own number: the same one twice is one row."""

    shop_id = Integer()
    kind = Text()
    number = Text()
    order_id = UUID()
    amount_minor = BigInt()
    at = Timestamptz()


class OrderCorrections(Table, tablename="order_corrections"):
    """What people set right about an order, against what its channel says; sealed. Erased with `orderhub erase`."""

    order_id = UUID(primary_key=True)
    sealed = Bytea()


class Receivers(Table, tablename="receivers"):
    """Who gets the order: sealed, masked for display, found by keyed digests. Erased with `orderhub erase`."""

    order_id = UUID(primary_key=True)
    scheme = Text()
    sealed = Bytea()
    masked_name = Text()
    masked_phone = Text()
    region = Text()
    placed_at = Timestamptz()
    phone_digest = Bytea(null=True)
    last4_digest = Bytea(null=True)
    name_digest = Bytea(null=True)
