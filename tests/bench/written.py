"""The rows that a run of the hub has written, taken out so that a ceiling may write the same."""

from collections import defaultdict
from collections.abc import Sequence

from orderhub.kernel import postgres
from tests.bench.houses import House

# Which order a row belongs to, in the first of these columns that its table has.
_OWNER = ("order_id", "root_id", "docket_id", "dossier_id", "subject_id", "id")
_COLUMNS = (
    "select attname from pg_attribute where attrelid = $1::text::regclass and attnum > 0 and not attisdropped"
)


async def mark(house: House) -> int:
    """Return the moment after which rows are new."""
    with house.entered():
        return int(await postgres.fetchval("select pg_snapshot_xmax(pg_current_snapshot())::text"))


async def batches(house: House, tables: Sequence[str], *, since: int, size: int) -> list[dict[str, str]]:
    """Return the new rows of these tables as JSON, parted into batches of so many orders, each with all that is theirs."""
    with house.entered():
        rows = {table: await _rows(table, since) for table in tables}
    places = {owner: nth // size for nth, (owner, _) in enumerate(rows["orders"])}
    count = -(-len(places) // size)
    parted = [defaultdict[str, list[str]](list) for _ in range(count)]
    for table, found in rows.items():
        for nth, (owner, text) in enumerate(found):
            parted[places.get(owner, nth * count // len(found))][table].append(text)
    return [{table: f"[{','.join(batch[table])}]" for table in tables} for batch in parted]


async def _rows(table: str, since: int) -> list[tuple[str, str]]:
    columns = {row["attname"] for row in await postgres.fetch(_COLUMNS, table)}
    owner = next((f"{name}::text" for name in _OWNER if name in columns), "''")
    sql = f"select {owner} as owner, to_jsonb(t)::text as row from {table} t where xmin::text::bigint >= $1 order by 1"
    return [(row["owner"], row["row"]) for row in await postgres.fetch(sql, since)]
