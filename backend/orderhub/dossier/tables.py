"""The table of the dossiers, for simple reads; kept with their orders."""

from piccolo.columns import UUID, BigInt, Bytea, Timestamptz
from piccolo.table import Table


class Dossiers(Table, tablename="dossiers"):
    """Where in the ledger's stream ``access`` stands what a dossier printed. The entry there counts, this row leads to it."""

    id = UUID(primary_key=True)
    order_id = UUID()
    seq = BigInt()
    made_at = Timestamptz()
    digest = Bytea()
