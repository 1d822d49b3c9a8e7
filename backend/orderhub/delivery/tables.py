"""The tables of the shipments, for simple reads; kept with their orders."""

from piccolo.columns import UUID, Integer, Text
from piccolo.table import Table


class Shipments(Table, tablename="shipments"):
    """A parcel of an order. `code` is what it is called on the floor, `number` what it is called for life."""

    id = UUID(primary_key=True)
    order_id = UUID()
    number = Text()
    code = Text()
    carrier = Text(null=True)
    waybill = Text(null=True)


class ShipmentLines(Table, tablename="shipment_lines"):
    """What goes into a parcel, in the SKU's smallest unit: to be packed, picked, packed."""

    shipment_id = UUID()
    line_no = Integer()
    sku_id = Integer()
    name = Text()
    pieces = Integer()
    picked = Integer()
    packed = Integer()
