"""Fills an empty, migrated database with the orders of a business, a million of them in minutes.

Secondary indexes are left out while rows come and made afterwards; tables are filled two at a time. What is written is
what the verbs would have written, so `orderhub verify` passes; only visits are fewer, and each life is told in one entry.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import asyncpg
import msgspec

from orderhub.kernel import secrets
from orderhub.kernel.flows import all_flows

AT = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)  # the moment at which the business is seen

_FOLDER = Path(__file__).parent
_CONNECTIONS = 2
_KINDS = ("order", "shipment")
_KEYS = {
    "ledger_key": ("ledger", "bytea"),
    "phone_key": ("receiver.phone", "text"),
    "last4_key": ("receiver.last4", "text"),
    "name_key": ("receiver.name", "text"),
}
_SMALL = ("stage_counts", "stage_deltas", "shops", "warehouses", "people", "products", "skus")
_LEAVE_ALONE = "alter table {} set (autovacuum_enabled = off)"
_AS_BEFORE = "alter table {} reset (autovacuum_enabled)"
_PLAIN = "select relname as name from pg_class where relkind = 'r' and relname = any($1)"
_INDEXES = """
    select i.indexdef as made, format('drop index %I', i.indexname) as gone from pg_indexes i
    join pg_class c on c.relname = i.indexname and c.relnamespace = 'public'::regnamespace
    where i.schemaname = 'public' and i.tablename = any($1) and not c.relispartition
        and not exists (select from pg_constraint k where k.conindid = c.oid)
    order by pg_relation_size(i.tablename::regclass) desc
"""


class Business(msgspec.Struct, frozen=True, kw_only=True):
    """What to make: ``history`` is 60 days of orders, most of them done; ``due`` has every parcel in the house, a hundred
    of them due in each minute after AT."""

    profile: Literal["history", "due"]
    orders: int

    @property
    def name(self) -> str:
        return f"{self.profile}_{self.orders}"


async def make(url: str, business: Business) -> None:
    """Fill the database at ``url`` with this business."""
    connections = [await asyncpg.connect(url, timeout=60) for _ in range(_CONNECTIONS)]
    try:
        for connection in connections:
            await _prepare(connection, business)
        await _make(connections)
    finally:
        for connection in connections:
            await connection.close()


async def _make(connections: Sequence[asyncpg.Connection]) -> None:
    first = connections[0]
    await first.execute("create schema seed")
    await _tell_stages(first)
    await _tell_keys(first)
    for name in ("places", "made", "told"):
        await first.execute(_text(f"{name}.sql"))
    tables = sorted((_FOLDER / "rows").glob("*.sql"), key=lambda path: path.stat().st_size, reverse=True)
    names = [path.stem for path in tables]
    indexes = await first.fetch(_INDEXES, names)
    plain = [row["name"] for row in await first.fetch(_PLAIN, names)]
    for statement in [index["gone"] for index in indexes] + [_LEAVE_ALONE.format(name) for name in plain]:
        await first.execute(statement)
    await _share(connections, [path.read_text("utf-8") for path in tables])
    await _share(connections, [index["made"] for index in indexes])
    await first.execute(_text("counts.sql"))
    await first.execute("drop schema seed cascade")
    await _share(connections, [f"vacuum (freeze, analyze) {name}" for name in [*names, *_SMALL]])
    for statement in [_AS_BEFORE.format(name) for name in plain]:
        await first.execute(statement)
    await first.execute("checkpoint")


async def _prepare(connection: asyncpg.Connection, business: Business) -> None:
    settings = {
        "bench.orders": str(business.orders),
        "bench.at": AT.isoformat(),
        "bench.profile": business.profile,
        "session_replication_role": "replica",  # foreign keys hold by construction
        "synchronous_commit": "off",
        "maintenance_work_mem": "512MB",
        "work_mem": "256MB",
        "timezone": "UTC",
    }
    for name, value in settings.items():
        await connection.execute("select set_config($1, $2, false)", name, value)


async def _tell_stages(connection: asyncpg.Connection) -> None:
    await connection.execute(
        "create table seed.stages (kind text, stage text, role text, limit_minutes int, primary key (kind, stage))"
    )
    stages = [(kind, stage) for kind in _KINDS for stage in all_flows()[kind].stages]
    rows = [(kind, stage.name, stage.role, stage.limit_minutes) for kind, stage in stages]
    await connection.executemany("insert into seed.stages values ($1, $2, $3, $4)", rows)


async def _tell_keys(connection: asyncpg.Connection) -> None:
    """HMAC-SHA256 in SQL, with what it is made of: the key in two paddings (RFC 2104)."""
    for name, (purpose, kind) in _KEYS.items():
        key = secrets.derive(purpose).ljust(64, b"\x00")
        inner, outer = (bytes(byte ^ pad for byte in key).hex() for pad in (0x36, 0x5C))
        told = "told" if kind == "bytea" else "convert_to(told, 'UTF8')"
        await connection.execute(
            f"""create function seed.{name}(told {kind}) returns bytea language sql immutable parallel safe
                return sha256('\\x{outer}'::bytea || sha256('\\x{inner}'::bytea || {told}))"""
        )


async def _share(connections: Sequence[asyncpg.Connection], statements: Sequence[str]) -> None:
    waiting = iter(statements)

    async def work(connection: asyncpg.Connection) -> None:
        for statement in waiting:
            await connection.execute(statement, timeout=3600)

    await asyncio.gather(*map(work, connections))


def _text(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")
