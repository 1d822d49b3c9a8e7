"""Databases to measure on: one is opened, entered, counted and verified here."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from orderhub.kernel import pool, postgres
from orderhub.proof import verify
from orderhub.storage.durability import durability

_TABLES = """
    select c.relname as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1
"""


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of every table that has any, and what ``orderhub verify`` said of the whole database."""

    tables: dict[str, int] = {}
    verified_streams: int = 0
    findings: list[str] = []

    def differences(self, before: "Proof", *, may_grow: frozenset[str]) -> list[str]:
        """Return what is wrong with this database, which once was as ``before``."""
        names = (self.tables.keys() | before.tables.keys()) - may_grow
        counted = [(name, before.tables.get(name, 0), self.tables.get(name, 0)) for name in sorted(names)]
        return self.findings + [
            f"{name} had {old} rows and has {new}" for name, old, new in counted if old != new
        ]


class House:
    """One database of this process, beside others."""

    def __init__(self, name: str, url: str, opened: pool.Database, *, proof: Proof) -> None:
        self.name = name
        self.url = url
        self.proof = proof  # of the moment it was seeded
        self._opened = opened

    @classmethod
    async def open(cls, name: str, url: str, *, proof: Proof | None = None) -> "House":
        """Open a database beside whatever else this process has opened."""
        former = _swap(None)
        try:
            await postgres.open(url, connections=2)
        finally:
            opened = _swap(former)
        assert opened is not None
        return cls(name, url, opened, proof=proof or Proof())

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Let everything in this process speak to this database for a while."""
        former = _swap(self._opened)
        try:
            yield
        finally:
            _swap(former)

    async def leave(self) -> None:
        """Close it."""
        await asyncio.wait_for(self._opened.pool.close(), 30)

    async def prove(self) -> Proof:
        """Count the rows of every table, and verify everything."""
        with self.entered():
            names = [row["name"] for row in await postgres.fetch(_TABLES)]
            rows = {name: await postgres.fetchval(f'select count(*) from "{name}"') for name in names}
            report = await verify.verify()
        findings = [f"{f.what}: {f.where} {f.detail}".strip() for f in report.findings[:20]]
        filled = {name: n for name, n in rows.items() if n}
        return Proof(tables=filled, verified_streams=report.streams, findings=findings)

    async def settings(self) -> dict[str, str]:
        """Return what of the server's settings a figure depends on, as a session here has them."""
        with self.entered():
            version = await postgres.fetchval("select current_setting('server_version')")
            buffers = await postgres.fetchval("select current_setting('shared_buffers')")
            return {"version": version, "shared_buffers": buffers, **await durability()}


def _swap(database: pool.Database | None) -> pool.Database | None:
    former, pool.opened = pool.opened, database
    return former
