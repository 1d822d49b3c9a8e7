"""All databases of a run, on one server: seeded once, kept read-only, copied for what writes.

A seeded database is known by a digest of everything that makes it (seeds, migrations); another one is made when that
changes. Rows are counted and ``orderhub verify`` is run when it is made; nothing can change it afterwards.
"""

import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from orderhub.storage import migrating
from tests.bench.houses import House, Proof
from tests.bench.seeds import making
from tests.bench.seeds.making import Business

_ROOT = Path(__file__).resolve().parents[2]
_SOURCES = ("tests/bench/seeds", "backend/orderhub/*/migrations")
_COPY = "copy_"


class Street:
    """The houses of a run, by name. ``folder`` keeps what was proven of each."""

    def __init__(self, server_url: str, folder: Path) -> None:
        self._server_url = server_url
        self._folder = folder
        self._digest = _digest()
        self._houses: dict[str, House] = {}

    async def house(self, business: Business) -> House:
        """Return the read-only database of this business, made where there is none."""
        name = f"{business.name}_{self._digest}"
        if name not in self._houses:
            if not await self._exists(name):
                await self._make(name, business)
            proof = msgspec.json.decode(self._proof(name).read_bytes(), type=Proof)
            self._houses[name] = await House.open(name, self._url(name), proof=proof)
        return self._houses[name]

    async def copy(self, business: Business, *, nth: int = 1) -> House:
        """Return a copy of it that may be written to, one of several; it goes when the street closes."""
        original = await self.house(business)
        await self._houses.pop(original.name).leave()
        name = _COPY * nth + original.name
        if name in self._houses:
            await self._houses.pop(name).leave()
        await self._manage(f"drop database if exists {name}")
        await self._manage(f"create database {name} template {original.name} strategy file_copy")
        self._houses[name] = await House.open(name, self._url(name), proof=original.proof)
        return self._houses[name]

    async def close(self) -> None:
        """Leave every house, and pull the copies down."""
        for name, house in self._houses.items():
            await house.leave()
            if is_copy(house):
                await self._manage(f"drop database {name}")

    async def _make(self, name: str, business: Business) -> None:
        print(f"making {business.orders:,} orders ({business.profile}) …", flush=True)
        await self._clear(business)
        await self._manage(f"create database {name}_new template template0")
        house = await House.open(name, self._url(f"{name}_new"))
        started = time.monotonic()
        with house.entered():
            await migrating.migrate()
        await making.make(self._url(f"{name}_new"), business)
        made = time.monotonic()
        proof = await house.prove()
        await house.leave()
        if proof.findings:
            raise RuntimeError(f"expected seeds that verify, got {proof.findings}")
        self._proof(name).write_bytes(msgspec.json.format(msgspec.json.encode(proof)))
        await self._manage(f"alter database {name}_new rename to {name}")
        await self._manage(f"alter database {name} set default_transaction_read_only = on")
        seconds = made - started, time.monotonic() - made
        print(
            f"  made in {seconds[0]:.0f} s; {proof.verified_streams:,} streams verified in {seconds[1]:.0f} s"
        )

    async def _clear(self, business: Business) -> None:
        """Pull down what older seeds made of it."""
        names = f"select datname from pg_database where datname ~ '^({_COPY})*{business.name}_'"
        for old in await self._manage(names):
            await self._manage(f"drop database {old['datname']}")
            self._proof(old["datname"]).unlink(missing_ok=True)

    async def _exists(self, name: str) -> bool:
        found = await self._manage(f"select from pg_database where datname = '{name}'")
        return bool(found) and self._proof(name).exists()

    async def _manage(self, sql: str) -> list[Any]:
        connection = await asyncpg.connect(self._server_url)
        try:
            rows: list[Any] = await connection.fetch(sql, timeout=600)
            return rows
        finally:
            await connection.close()

    def _url(self, name: str) -> str:
        return self._server_url.replace("/postgres?", f"/{name}?")

    def _proof(self, name: str) -> Path:
        return self._folder / f"{name}.json"


def is_copy(house: House) -> bool:
    """Tell whether a database may have been written to."""
    return house.name.startswith(_COPY)


def _digest() -> str:
    told = sha256()
    for folder in (folder for pattern in _SOURCES for folder in sorted(_ROOT.glob(pattern))):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".sql"):
                told.update(path.relative_to(_ROOT).as_posix().encode() + path.read_bytes())
    return told.hexdigest()[:10]
