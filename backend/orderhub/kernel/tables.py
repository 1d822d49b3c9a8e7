"""The kernel's tables, for Piccolo's schema and simple reads; the SQL of the migrations is the schema itself."""

from piccolo.columns import UUID, BigInt, Boolean, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table


class Installation(Table, tablename="installation"):
    """The one row that names this very database; a restored backup gets a new name. Kept for ever."""

    id = Boolean(primary_key=True)
    identity = UUID()
    made_at = Timestamptz()
    key_name = Text(null=True)  # which root key seals its data; None until a hub first ran on it


class SchemaState(Table, tablename="schema_state"):
    """The one row that says which code may run on this database. Kept for ever."""

    id = Boolean(primary_key=True)
    oldest_code = Integer()
    newest_code = Integer()


class Subjects(Table, tablename="subjects"):
    """Everything with a life. Kept as long as the law asks for its ledger."""

    id = UUID(primary_key=True)
    kind = Text()
    parent_id = UUID(null=True)
    root_id = UUID()
    shop_id = Integer()
    warehouse_id = Integer(null=True)
    stage = Text()
    reached = Integer()
    reached_of = Integer()
    late = Integer()
    visit_id = UUID()
    opened_at = Timestamptz()
    head_seq = BigInt()
    head_digest = Bytea()


class Visits(Table, tablename="visits"):
    """Every stay of a subject in a stage; the open one has no `left_at`. Kept with its subject."""

    id = UUID(primary_key=True)
    subject_id = UUID()
    root_id = UUID()
    kind = Text()
    stage = Text()
    shop_id = Integer()
    warehouse_id = Integer(null=True)
    role = Text(null=True)
    entered_at = Timestamptz()
    entered_by = Text()
    due_at = Timestamptz(null=True)
    late_at = Timestamptz(null=True)
    left_at = Timestamptz(null=True)
    left_by = Text(null=True)
    transition = Text(null=True)
    claimed_by = Text(null=True)
    claimed_at = Timestamptz(null=True)


class Numbers(Table, tablename="numbers"):
    """Every number of every subject, ours and the outside's. Kept with its subject."""

    scheme = Text()
    shop_id = Integer()
    number = Text()
    subject_id = UUID()
    root_id = UUID()
