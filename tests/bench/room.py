"""What a benchmark is given: databases of two sizes, the folder with data to read, how often to measure."""

from pathlib import Path

import msgspec

from tests.bench.houses import House, Proof
from tests.bench.seeds.making import Business
from tests.bench.street import Street, is_copy

# What a benchmark may add to a copy of a database.
_MAY_GROW = frozenset({"stage_deltas"})


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """How much is measured: ``few`` and ``many`` orders (or open visits), ``rounds`` of each."""

    few: int = 10_000
    many: int = 1_000_000
    rounds: int = 300


class Room:
    """One benchmark's room. ``data`` is the folder of DATA, laid out as shared/data; None where none was named."""

    def __init__(self, street: Street, size: Size, *, data: Path | None = None) -> None:
        self.size = size
        self.data = data
        self._street = street
        self._used: dict[str, House] = {}
        self._growing: set[str] = set()

    async def history(self, orders: int) -> House:
        """Return a read-only database of so many orders of 60 days."""
        return self._use(await self._street.house(Business(profile="history", orders=orders)))

    async def due(self, open_visits: int) -> House:
        """Return a database of its own with so many open visits, half of them orders', half of them their parcels'."""
        return self._use(await self._street.copy(Business(profile="due", orders=open_visits // 2)))

    async def trade(self, orders: int, *, nth: int = 1) -> House:
        """Return a database of its own with so many orders, to which more may come; ``nth`` for a second one."""
        return await self._growing_copy(Business(profile="history", orders=orders), nth)

    async def floor(self, parcels: int, *, nth: int = 1) -> House:
        """Return a database of its own with so many parcels in the house, which may be moved on."""
        return await self._growing_copy(Business(profile="due", orders=parcels), nth)

    async def prove(self) -> tuple[dict[str, Proof], list[str]]:
        """Return what stands now in every database that was used, and what of it is wrong.

        One that cannot be written to is as it was when it was made and verified.
        """
        proofs = {name: await h.prove() if is_copy(h) else h.proof for name, h in self._used.items()}
        faults = [
            f"{name}: {fault}"
            for name, proof in proofs.items()
            for fault in proof.differences(self._used[name].proof, may_grow=self._may_grow(name, proof))
        ]
        return proofs, faults

    async def settings(self) -> dict[str, str]:
        """Return the server's settings, as the databases used here have them."""
        found = [await house.settings() for house in self._used.values()]
        if any(other != found[0] for other in found):
            raise RuntimeError(f"expected the same settings everywhere, got {found}")
        return found[0] if found else {}

    async def _growing_copy(self, business: Business, nth: int) -> House:
        house = self._use(await self._street.copy(business, nth=nth))
        self._growing.add(house.name)
        return house

    def _may_grow(self, name: str, proof: Proof) -> frozenset[str]:
        return frozenset(proof.tables) if name in self._growing else _MAY_GROW

    def _use(self, house: House) -> House:
        self._used[house.name] = house
        return house
