"""The Piccolo tables say what the migrations really made: the same columns, types, and what may be null."""

import pytest
from piccolo.conf.apps import Finder
from piccolo.table import Table

from orderhub.kernel import postgres

pytestmark = [pytest.mark.every_server, pytest.mark.usefixtures("database")]

_COLUMNS = """
select attname as name, atttypid::regtype::text as type, not attnotnull as nullable
from pg_attribute where attrelid = $1::text::regclass and attnum > 0 and not attisdropped
"""
# Piccolo's names for types, and PostgreSQL's for the same.
_SAME = {
    "SERIAL": "integer",
    "BIGSERIAL": "bigint",
    "VARCHAR": "text",
    "TIMESTAMPTZ": "timestamp with time zone",
    "DOUBLE PRECISION": "double precision",
    "INTEGER[]": "integer[]",
}


def declared() -> list[type[Table]]:
    apps = Finder().get_app_configs(sort_by_migration_dependencies=False)
    return [table for app in apps for table in app.table_classes]


@pytest.mark.parametrize("table", declared(), ids=lambda table: table._meta.tablename)
async def test_a_table_is_what_it_says(table: type[Table]) -> None:
    rows = await postgres.fetch(_COLUMNS, table._meta.tablename)
    found = {row["name"]: (row["type"], row["nullable"]) for row in rows if row["type"] != "xid8"}
    said = {
        column._meta.db_column_name: (_type(column.column_type), column._meta.null)
        for column in table._meta.columns
    }
    if "id" not in found:  # Piccolo adds one to a table whose key is of several columns
        said.pop("id", None)
    assert said == found


def _type(piccolos: str) -> str:
    plain = piccolos.split("(")[0] if piccolos.startswith("VARCHAR") else piccolos
    return _SAME.get(plain, plain.lower())
