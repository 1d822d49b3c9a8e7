"""What lies in a database: its tables with the columns a backup carries, partitions, sequences, constraints."""

from typing import NamedTuple

from orderhub.kernel import postgres
from orderhub.storage.archive import Partition

# These describe the database itself and are never carried to another one.
OWN = ("migration", "schema_state", "installation")

# Transaction ids mean nothing in another server: defaults make new ones, and a snapshot becomes one that has seen
# nothing, so that what is "new since then" is everything (the next anchor holds every head).
_TABLES = """
select c.relname as name,
       array_agg(a.attname::text order by a.attnum) as columns,
       array_agg(case a.atttypid when 'pg_snapshot'::regtype then $$'3:3:'::pg_snapshot$$
                 else quote_ident(a.attname) end order by a.attnum) as expressions
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    and a.attgenerated = '' and a.atttypid <> 'xid8'::regtype
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  and c.relname <> all ($1)
group by c.relname
order by c.relname
"""

_PARTITIONS = """
select c.relname as name, p.relname as parent, pg_get_expr(c.relpartbound, c.oid) as bound
from pg_class c
join pg_inherits i on i.inhrelid = c.oid
join pg_class p on p.oid = i.inhparent
where c.relnamespace = 'public'::regnamespace and c.relispartition and c.relkind in ('r', 'p')
order by p.relispartition, c.relname
"""

_SEQUENCES = (
    "select sequencename::text as name, last_value from pg_sequences where schemaname = 'public' order by 1"
)

_FOREIGN_KEYS = """
select r.relname as table, c.conname as name, pg_get_constraintdef(c.oid) as definition
from pg_constraint c
join pg_class r on r.oid = c.conrelid
where c.contype = 'f' and c.conparentid = 0 and c.connamespace = 'public'::regnamespace
order by 1, 2
"""

# Only parents: what is done to a trigger of a partitioned table is done to its copies on the partitions.
_TRIGGERS = """
select c.relname as table, t.tgname as name, t.tgenabled::text as enabled
from pg_trigger t
join pg_class c on c.oid = t.tgrelid
where not t.tgisinternal and t.tgparentid = 0 and t.tgenabled <> 'D'
  and c.relnamespace = 'public'::regnamespace
order by 1, 2
"""


class Table(NamedTuple):
    """A table, its columns that a backup carries, and the query that reads them."""

    name: str
    columns: list[str]
    query: str


class Named(NamedTuple):
    """A constraint or trigger of a table, and what is needed to put it back."""

    table: str
    name: str
    how: str


async def tables(tx: postgres.Transaction) -> list[Table]:
    """Return every table of data; a partitioned one once, without its partitions."""
    return [
        Table(
            row["name"], list(row["columns"]), f'select {", ".join(row["expressions"])} from "{row["name"]}"'
        )
        for row in await tx.fetch(_TABLES, list(OWN))
    ]


async def partitions(tx: postgres.Transaction) -> list[Partition]:
    """Return every partition, parents first."""
    rows = await tx.fetch(_PARTITIONS)
    return [Partition(name=row["name"], parent=row["parent"], bound=row["bound"]) for row in rows]


async def sequences(tx: postgres.Transaction) -> dict[str, int | None]:
    """Return the last value of every sequence, identities included."""
    return {row["name"]: row["last_value"] for row in await tx.fetch(_SEQUENCES)}


async def foreign_keys(tx: postgres.Transaction) -> list[Named]:
    """Return every foreign key with its definition."""
    rows = await tx.fetch(_FOREIGN_KEYS)
    return [Named(row["table"], row["name"], row["definition"]) for row in rows]


async def triggers(tx: postgres.Transaction) -> list[Named]:
    """Return every trigger that is on; ``how`` puts it on again as it was."""
    words = {"O": "enable", "A": "enable always", "R": "enable replica"}
    return [Named(row["table"], row["name"], words[row["enabled"]]) for row in await tx.fetch(_TRIGGERS)]
