"""Rows that are ready, written by asyncpg and nothing else: one statement and one COMMIT a batch, one after the other."""

import json
import time
from collections.abc import Mapping, Sequence

import asyncpg


async def write(url: str, batches: Sequence[Mapping[str, str]]) -> list[float]:
    """Write batches of rows (JSON by table, ready to be sent); returns how many seconds each took."""
    connection = await asyncpg.connect(url, timeout=60)
    try:
        tables = list(batches[0])
        insert = await connection.prepare(await _statement(connection, tables))
        taken = []
        for batch in batches:
            rows = [batch.get(table, "[]") for table in tables]
            started = time.perf_counter()
            await insert.fetch(*rows)
            taken.append(time.perf_counter() - started)
        return taken
    finally:
        await connection.close()


async def _statement(connection: asyncpg.Connection, tables: Sequence[str]) -> str:
    parts = []
    for number, table in enumerate(tables, start=1):
        columns = await connection.fetch(
            """select attname from pg_attribute where attrelid = $1::text::regclass and attnum > 0
               and not attisdropped and attgenerated = '' order by attnum""",
            table,
        )
        names = ", ".join(json.dumps(row["attname"]) for row in columns)
        rows = f"jsonb_populate_recordset(null::{table}, ${number}::text::jsonb)"
        parts.append(
            f"t{number} as (insert into {table} ({names}) overriding system value select {names} from {rows})"
        )
    return f"with {', '.join(parts)} select 1"
