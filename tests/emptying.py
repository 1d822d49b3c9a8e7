"""Emptying the database between tests in a few milliseconds.

Only tables with rows are touched, by DELETE (TRUNCATE rewrites files), with triggers and foreign keys off, so that
the append-only ledger empties too. Rows made by migrations are remembered once and put back.
"""

import asyncpg

from orderhub.kernel import postgres

_KEPT = {"migration", "schema_state", "installation"}

_TABLES = """
select c.relname as name,
       string_agg(quote_ident(a.attname), ', ' order by a.attnum) filter (where a.attgenerated = '') as columns
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
group by c.relname
"""


async def remember_reference_rows(url: str) -> None:
    """Copy what migrations put into tables to a schema of its own."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("create schema reference_rows")
        for table in await connection.fetch(_TABLES):
            name = table["name"]
            if name not in _KEPT and await connection.fetchval(f'select exists (select from "{name}")'):
                await connection.execute(f'create table reference_rows."{name}" as select * from "{name}"')
    finally:
        await connection.close()


async def empty() -> None:
    """Remove all data of the open database."""
    tables = {
        row["name"]: row["columns"] for row in await postgres.fetch(_TABLES) if row["name"] not in _KEPT
    }
    if not tables:
        return
    filled = " union all ".join(f"select '{name}' where exists (select from \"{name}\")" for name in tables)
    remembered = await postgres.fetch("select tablename from pg_tables where schemaname = 'reference_rows'")
    again = {row["tablename"] for row in remembered}
    statements = ["set local session_replication_role = replica"]
    statements += [f'delete from "{row[0]}"' for row in await postgres.fetch(filled)]
    statements += [
        f'insert into "{name}" ({tables[name]}) overriding system value '
        f'select {tables[name]} from reference_rows."{name}"'
        for name in sorted(again)
    ]
    async with postgres.transaction() as tx:
        await tx.execute("; ".join(statements))
