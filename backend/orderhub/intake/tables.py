"""The tables of the intake, for simple reads."""

from piccolo.columns import JSONB, UUID, Array, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table


class Dockets(Table, tablename="dockets"):
    """All that the messages of one order have said, sealed under the order's key. Kept with the order.

    Once the person is erased, nothing of a person is in it, and it is sealed under a key of the house.
    """

    id = UUID(primary_key=True)
    shop_id = Integer()
    order_number = Text()
    order_id = UUID(null=True)
    sealed = Bytea(null=True)
    statuses = Array(base_column=Text())
    erased_at = Timestamptz(null=True)


class Messages(Table, tablename="messages"):
    """Every message as it came, byte for byte, sealed. Kept two years, dropped by the month."""

    id = UUID(primary_key=True)
    shop_id = Integer()
    outside_id = Text()
    received_at = Timestamptz()
    owner_id = UUID()
    body = Bytea()
    order_number = Text(null=True)
    docket_id = UUID(null=True)
    state = Text()
    reasons = JSONB()
    tries = Integer()
