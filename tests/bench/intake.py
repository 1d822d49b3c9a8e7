"""`intake`: signed orders through the door of one web process, against the same door with nothing behind it, and against
asyncpg writing the same rows; with poison among them, and among a million orders as among ten thousand.
"""

import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from orderhub.accounts import shop_secrets
from orderhub.intake.generic import signature
from orderhub.kernel import postgres
from tests.bench import calling, serving, written
from tests.bench.ceilings import plain_rows
from tests.bench.houses import House
from tests.bench.room import Room
from tests.bench.rows import Row
from tests.bench.sales import Sale, sale
from tests.bench.serving import Served

CONNECTIONS = 128
ORDERS_A_STATEMENT = 64
OF_DOOR, OF_ROWS, OF_SMALL = 0.5, 0.6, 0.85

_SHOP = 1  # of the seeds
_ORDERS_A_ROUND = 15  # for each round of Size: 4,500 in a real run
_WARM = 300
_TABLES = "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"


class Round(msgspec.Struct, frozen=True):
    """What one load came to: orders a second, CPU milliseconds an order in the web process, milliseconds to the answer."""

    rate: float
    cpu_ms: float
    p50_ms: float
    p99_ms: float


async def measure(room: Room) -> list[Row]:
    """Turn and turn about: the bare door, the hub, the hub with poison, and the hub among many orders."""
    few, many = await room.trade(room.size.few), await room.trade(room.size.many)
    orders = _ORDERS_A_ROUND * room.size.rounds
    turns = 3 if room.size.rounds > 10 else 1
    key = await _secret(few), await _secret(many)
    since = await written.mark(few)
    before = await _counted(few)
    found: dict[str, list[Round]] = {"door": [], "plain": [], "poison": [], "many": []}
    sent: list[Sale] = []
    async with (
        serving.hub(few) as small,
        serving.hub(many) as large,
        serving.ceiling("bare_door.py", key[0].hex()) as door,
    ):
        for served, which in ((small, 0), (large, 1), (door, 0)):
            await _load(served, sale(f"warm{which}", _WARM, shop_id=_SHOP, key=key[which]))
        sent.append(sale("warm0", _WARM, shop_id=_SHOP, key=key[0]))
        for turn in range(turns):
            told = sale(f"s{turn}", orders, shop_id=_SHOP, key=key[0])
            bad = sale(f"p{turn}", orders, shop_id=_SHOP, key=key[0], poison=0.01)
            far = sale(f"m{turn}", orders, shop_id=_SHOP, key=key[1])
            found["door"].append(await _load(door, told))
            found["plain"].append(await _load(small, told))
            found["many"].append(await _load(large, far))
            found["poison"].append(await _load(small, bad))
            sent += [told, bad]
    await _check(few, sent, before)
    rows = await _plainly(room, few, since)
    return [*_judged(found, room), _against_rows(found["plain"], rows)]


def _judged(found: dict[str, list[Round]], room: Room) -> list[Row]:
    door = found["door"]
    return [
        _row("distinct orders, against the bare door", found["plain"], door, OF_DOOR, ("bare_door.py",)),
        _row("with 1 % poison, against the bare door", found["poison"], door, OF_DOOR, ("bare_door.py",)),
        _row(
            f"among {room.size.many:,} orders, against {room.size.few:,}",
            found["many"],
            found["plain"],
            OF_SMALL,
        ),
    ]


def _row(
    what: str, rounds: Sequence[Round], ceiling: Sequence[Round], budget: float, files: tuple[str, ...] = ()
) -> Row:
    return Row(
        what=what,
        value=_rate(rounds),
        ceiling=_rate(ceiling),
        unit="orders/s",
        budget=budget,
        at_most=False,
        ceilings=files,
        more=_more(rounds),
    )


def _against_rows(rounds: Sequence[Round], rows: float) -> Row:
    what = f"against asyncpg writing the same rows, {ORDERS_A_STATEMENT} orders a statement"
    ceiling = [Round(rows, 0, 0, 0)]
    return _row(what, rounds, ceiling, OF_ROWS, ("plain_rows.py",))


def _rate(rounds: Sequence[Round]) -> float:
    return statistics.median(one.rate for one in rounds)


def _more(rounds: Sequence[Round]) -> dict[str, Any]:
    return {
        "rounds": [round(one.rate, 1) for one in rounds],
        "cpu_ms_an_order": round(statistics.median(one.cpu_ms for one in rounds), 3),
        "p50_ms": round(statistics.median(one.p50_ms for one in rounds), 1),
        "p99_ms": round(statistics.median(one.p99_ms for one in rounds), 1),
    }


async def _load(served: Served, told: Sale) -> Round:
    with tempfile.NamedTemporaryFile() as file:
        calling.write(Path(file.name), told.requests)
        cpu = served.cpu_seconds
        called = await calling.call(served.port, CONNECTIONS, Path(file.name))
    if called.statuses != {202: len(told.requests)}:
        raise RuntimeError(f"expected {len(told.requests)} times 202, got {called.statuses}")
    orders = told.orders + told.waiting
    at = sorted(called.latencies)
    cpu_ms = (served.cpu_seconds - cpu) * 1000 / orders
    return Round(orders / called.seconds, cpu_ms, at[len(at) // 2] * 1000, at[len(at) * 99 // 100] * 1000)


async def _secret(house: House) -> bytes:
    with house.entered():
        async with postgres.transaction() as tx:
            return signature.decode_secret(await shop_secrets.add(tx, _SHOP))


async def _counted(house: House) -> tuple[int, int]:
    with house.entered():
        orders = await postgres.fetchval("select count(*) from orders")
        return orders, await postgres.fetchval("select count(*) from messages where state = 'waiting'")


async def _check(house: House, sent: Sequence[Sale], before: tuple[int, int]) -> None:
    """Every acknowledged order is there once, and whatever could not be read waits."""
    orders, waiting = await _counted(house)
    there = orders - before[0], waiting - before[1]
    wanted = sum(told.orders for told in sent), sum(told.waiting for told in sent)
    if there != wanted:
        raise RuntimeError(f"expected {wanted} orders and messages that wait, got {there}")


async def _plainly(room: Room, house: House, since: int) -> float:
    """Return how many orders a second asyncpg writes, given the rows that the hub has written."""
    with house.entered():
        names = sorted(row["relname"] for row in await postgres.fetch(f"{_TABLES} and not relispartition"))
        tables = [name for name in names if await _has_grown(name, house)]
    batches = await written.batches(house, tables, since=since, size=ORDERS_A_STATEMENT)
    other = await room.trade(room.size.few, nth=2)
    taken = await plain_rows.write(other.url, batches)
    return ORDERS_A_STATEMENT / statistics.mean(taken)


async def _has_grown(table: str, house: House) -> bool:
    rows: int = await postgres.fetchval(f'select count(*) from "{table}"')
    return rows > house.proof.tables.get(table, 0)
