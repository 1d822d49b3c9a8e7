"""The figures of the operations board: how many stand where, how today goes, what is late or soon will be."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from orderhub.accounts import warehouses
from orderhub.kernel import clock, counts
from orderhub.kernel.flows import Flow, flow
from orderhub.kernel.postgres import Transaction
from orderhub.kernel.views import Scope
from orderhub.rendering import times
from orderhub.rendering.catalogue import Said

_ASIDE = ("returned", "lost", "cancelled")  # shown where something stands in them
_MANY = 1_000
_DUE = """
    select v.kind, v.stage from visits v
    where v.left_at is null and v.late_at is null and v.due_at < $3 {of_shop}
        and ($1::int[] is null or v.warehouse_id is null or v.warehouse_id = any($1)) limit $2
"""
_STAGES = "select kind, stage, count(*) as n from ({}) soon group by 1, 2 order by 3 desc, 1, 2"
_SOON_ANYWHERE = _STAGES.format(_DUE.format(of_shop=""))
# One walk for each shop, so that a quiet one does not have to be looked for among a busy one's.
_SOON_OF_SHOPS = _STAGES.format(
    f"""select due.* from unnest($4::int[]) as shop
        cross join lateral ({_DUE.format(of_shop="and v.shop_id = shop")}) due limit $2"""
)

Tone = Literal["", "warn", "bad"]


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """One key figure, with the orders behind it."""

    name: str
    value: int
    href: str
    tone: Tone = ""
    note: Said | None = None
    trend: tuple[int, ...] = ()
    limit: int | None = None


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """How many stand in one stage."""

    stage: str
    count: int
    late: int
    href: str


class Pipe(msgspec.Struct, frozen=True, kw_only=True):
    """The stages of one kind."""

    kind: str
    bars: tuple[Bar, ...]
    most: int


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Key figures and stages."""

    watch: int
    places: tuple[str, ...]
    tiles: tuple[Tile, ...]
    pipes: tuple[Pipe, ...]


async def figures(tx: Transaction, scope: Scope) -> Counts:
    """Return key figures and stage counts within a scope, from folded counts: the cost does not grow with orders."""
    counted = {
        kind: await counts.counts(tx, kind, scope.shops, scope.warehouses) for kind in ("order", "shipment")
    }
    tiles = (await _today(tx, scope), _to_ship(counted["shipment"]), await _soon(tx, scope), _late(counted))
    return Counts(
        watch=sum(bool(tile.tone) for tile in tiles),
        places=await warehouses.names(tx, scope.warehouses),
        tiles=tiles,
        pipes=tuple(_pipe(flow(kind), counted[kind]) for kind in counted),
    )


async def _today(tx: Transaction, scope: Scope) -> Tile:
    """Orders taken in since midnight, and against the same hours of the day before."""
    now = clock.now()
    midnight = now.astimezone(times.zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    reach: dict[str, Any] = {"shops": scope.shops, "warehouses": scope.warehouses}
    same_hours = await counts.since(
        tx, "order", "opened", midnight - timedelta(days=1), until=now - timedelta(days=1), **reach
    )
    before = sum(n for _, _, n in same_hours)
    today = Counter[str]()
    for _, bucket, n in await counts.since(tx, "order", "opened", midnight, **reach):
        today[bucket] += n
    value = sum(today.values())
    return Tile(
        name="today",
        value=value,
        href="/orders",
        note=_against(before, value),
        trend=_trend(today, midnight, now),
    )


def _against(before: int, value: int) -> Said | None:
    """Compare with the day before; a percentage says nothing where few have become many."""
    if not before:
        return None
    if value > 2 * before:
        return Said("board.note.yesterday_count", {"n": before})
    return Said("board.note.yesterday", {"percent": f"{value / before - 1:+.0%}"})


def _trend(today: Counter[str], midnight: datetime, now: datetime) -> tuple[int, ...]:
    steps = int((now - midnight) / timedelta(minutes=30)) + 1
    return tuple(today[counts.bucket(midnight + step * timedelta(minutes=30))] for step in range(steps))


def _to_ship(counted: dict[tuple[str, str], int]) -> Tile:
    in_house = {stage: counted.get((stage, "open"), 0) for stage in ("allocated", "picking", "packed")}
    fullest = max(in_house, key=lambda stage: in_house[stage])
    named = _most("shipment", fullest, in_house[fullest]) if in_house[fullest] else None
    return Tile(name="to_ship", value=sum(in_house.values()), href=f"/orders?stage={fullest}", note=named)


async def _soon(tx: Transaction, scope: Scope) -> Tile:
    shops, houses = scope.reach
    within = (houses, _MANY, clock.now() + timedelta(hours=1))
    asked = (_SOON_ANYWHERE, *within) if shops is None else (_SOON_OF_SHOPS, *within, shops)
    rows = await tx.fetch(*asked)
    note = _most(rows[0]["kind"], rows[0]["stage"], rows[0]["n"]) if rows else Said("board.note.none")
    soon = sum(row["n"] for row in rows)
    return Tile(name="soon", value=soon, href="/wall", tone="warn" if soon else "", note=note)


def _most(kind: str, stage: str, n: int) -> Said:
    """Name the stage in which most of them stand."""
    return Said("board.note.stage", {"n": n, "stage": Said(f"stage.{kind}.{stage}")})


def _late(counted: dict[str, dict[tuple[str, str], int]]) -> Tile:
    late = Counter[tuple[str, str]]()
    for kind, by_stage in counted.items():
        late.update({(kind, stage): n for (stage, measure), n in by_stage.items() if measure == "late"})
    worst = late.most_common(1)
    note = Said("board.note.none")
    if worst:
        (kind, stage), n = worst[0]
        note = _most(kind, stage, n)
    return Tile(
        name="late", value=late.total(), href="/orders?late=1", tone="bad" if worst else "", note=note
    )


def _pipe(of: Flow, counted: dict[tuple[str, str], int]) -> Pipe:
    bars = tuple(
        Bar(
            stage=stage.name,
            count=counted.get((stage.name, "open"), 0),
            late=counted.get((stage.name, "late"), 0),
            href=f"/orders?stage={stage.name}",
        )
        for stage in of.stages
        if stage.name not in _ASIDE or counted.get((stage.name, "open"), 0)
    )
    return Pipe(kind=of.kind, bars=bars, most=max((bar.count for bar in bars), default=0) or 1)
