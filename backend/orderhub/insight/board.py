"""The operations board: how many stand where, what has just moved, what is late."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from orderhub.kernel import clock, counts
from orderhub.kernel.flows import Flow, all_flows, flow
from orderhub.kernel.postgres import Transaction
from orderhub.kernel.views import Scope
from orderhub.rendering import times
from orderhub.rendering.catalogue import Said

_ROWS = 12
_ASIDE = ("returned", "lost", "cancelled")  # shown where something stands in them
_MANY = 1_000
_MOVED = """
    select v.subject_id, v.root_id, v.kind, v.stage, v.entered_at as at, v.entered_by,
           (select p.stage from visits p where p.subject_id = v.subject_id and p.id < v.id
            order by p.id desc limit 1) as before
    from visits v
    where v.kind <> 'message' and ($1::int[] is null or v.shop_id = any($1))
        and ($2::int[] is null or v.warehouse_id is null or v.warehouse_id = any($2))
    order by v.id desc limit $3
"""
_LATE = """
    select v.subject_id, v.root_id, v.kind, v.stage, v.role, v.entered_at as entered, v.due_at as due
    from visits v
    where v.left_at is null and v.late_at is not null and ($1::int[] is null or v.shop_id = any($1))
        and ($2::int[] is null or v.warehouse_id is null or v.warehouse_id = any($2))
    order by v.due_at, v.id limit $3
"""
_SOON = """
    select count(*) from (
        select from visits v
        where v.left_at is null and v.late_at is null and v.due_at < $4 and ($1::int[] is null or v.shop_id = any($1))
            and ($2::int[] is null or v.warehouse_id is null or v.warehouse_id = any($2)) limit $3) soon
"""
_NAMES = """
    select o.id as root_id, o.number, h.name as shop from orders o join shops h on h.id = o.shop_id
    where o.id = any($1::uuid[])
"""
_CODES = "select id, number from shipments where id = any($1::uuid[])"
_PEOPLE = "select 'person:' || id as id, name from people where 'person:' || id = any($1::text[])"

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


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """Something that has just moved."""

    subject: str
    kind: str
    number: str
    href: str
    before: str | None
    stage: str
    actor: str
    who: str
    role: str
    at: datetime


class LateOne(msgspec.Struct, frozen=True, kw_only=True):
    """Something whose time is over."""

    kind: str
    number: str
    href: str
    stage: str
    role: str | None
    shop: str
    entered: datetime
    due: datetime


class LateOnes(msgspec.Struct, frozen=True, kw_only=True):
    """The most urgent ones, and how many more there are."""

    rows: tuple[LateOne, ...]
    more: int


async def figures(tx: Transaction, scope: Scope) -> Counts:
    """Return key figures and stage counts within a scope, from folded counts: the cost does not grow with orders."""
    counted = {
        kind: await counts.counts(tx, kind, scope.shops, scope.warehouses) for kind in ("order", "shipment")
    }
    tiles = (await _today(tx, scope), _to_ship(counted["shipment"]), await _soon(tx, scope), _late(counted))
    return Counts(
        watch=sum(bool(tile.tone) for tile in tiles),
        places=await _places(tx, scope),
        tiles=tiles,
        pipes=tuple(_pipe(flow(kind), counted[kind]) for kind in counted),
    )


async def newest_moves(tx: Transaction, scope: Scope) -> tuple[Moved, ...]:
    """Return what has just moved, newest first."""
    rows = await tx.fetch(_MOVED, *_reach(scope), _ROWS)
    names, numbers = await _named(tx, rows)
    people = await tx.fetch(_PEOPLE, [row["entered_by"] for row in rows])
    who = {row["id"]: row["name"] for row in people}
    return tuple(
        Moved(
            subject=str(row["subject_id"]),
            kind=row["kind"],
            number=numbers.get(row["subject_id"]) or names[row["root_id"]]["number"],
            href=f"/orders/{names[row['root_id']]['number']}",
            before=row["before"],
            stage=row["stage"],
            actor=row["entered_by"],
            who=who.get(row["entered_by"], ""),
            role=row["entered_by"].partition(":")[0].replace("shop", "channel"),
            at=row["at"],
        )
        for row in rows
        if row["root_id"] in names
    )


async def late_ones(tx: Transaction, scope: Scope) -> LateOnes:
    """Return what is late, longest first."""
    rows = await tx.fetch(_LATE, *_reach(scope), _ROWS)
    names, numbers = await _named(tx, rows)
    counted = [await counts.counts(tx, kind, scope.shops, scope.warehouses) for kind in all_flows()]
    late = sum(n for by_stage in counted for (_, measure), n in by_stage.items() if measure == "late")
    shown = tuple(_late_one(row, names[row["root_id"]], numbers) for row in rows if row["root_id"] in names)
    return LateOnes(rows=shown, more=max(late - len(shown), 0))


def _late_one(row: Any, order: Any, numbers: dict[UUID, str]) -> LateOne:
    return LateOne(
        kind=row["kind"],
        number=numbers.get(row["subject_id"]) or order["number"],
        href=f"/orders/{order['number']}",
        stage=row["stage"],
        role=row["role"],
        shop=order["shop"],
        entered=row["entered"],
        due=row["due"],
    )


async def _today(tx: Transaction, scope: Scope) -> Tile:
    """Orders taken in since midnight, and against the same hours of the day before."""
    now = clock.now()
    midnight = now.astimezone(times.zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    yesterday = midnight - timedelta(days=1)
    opened = await counts.since(
        tx, "order", "opened", yesterday, shops=scope.shops, warehouses=scope.warehouses
    )
    start, until = counts.bucket(midnight), counts.bucket(now - timedelta(days=1))
    today = Counter[str]()
    before = 0
    for _, bucket, n in opened:
        if bucket >= start:
            today[bucket] += n
        elif bucket <= until:
            before += n
    value = sum(today.values())
    note = Said("board.note.yesterday", {"percent": f"{value / before - 1:+.0%}"}) if before else None
    return Tile(name="today", value=value, href="/orders", note=note, trend=_trend(today, midnight, now))


def _trend(today: Counter[str], midnight: datetime, now: datetime) -> tuple[int, ...]:
    steps = int((now - midnight) / timedelta(minutes=30)) + 1
    return tuple(today[counts.bucket(midnight + step * timedelta(minutes=30))] for step in range(steps))


def _to_ship(counted: dict[tuple[str, str], int]) -> Tile:
    in_house = {stage: counted.get((stage, "open"), 0) for stage in ("allocated", "picking", "packed")}
    fullest = max(in_house, key=lambda stage: in_house[stage])
    named = (
        Said("board.note.stage", {"n": in_house[fullest], "stage": Said(f"stage.shipment.{fullest}")})
        if in_house[fullest]
        else None
    )
    return Tile(name="to_ship", value=sum(in_house.values()), href="/wall?role=warehouse", note=named)


async def _soon(tx: Transaction, scope: Scope) -> Tile:
    soon = await tx.fetchval(_SOON, *_reach(scope), _MANY, clock.now() + timedelta(hours=1))
    return Tile(name="soon", value=soon, href="/wall", tone="warn" if soon else "")


def _late(counted: dict[str, dict[tuple[str, str], int]]) -> Tile:
    late = Counter[tuple[str, str]]()
    for kind, by_stage in counted.items():
        late.update({(kind, stage): n for (stage, measure), n in by_stage.items() if measure == "late"})
    worst = late.most_common(1)
    note = Said("board.note.none")
    if worst:
        (kind, stage), n = worst[0]
        note = Said("board.note.stage", {"n": n, "stage": Said(f"stage.{kind}.{stage}")})
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


async def _named(tx: Transaction, rows: Sequence[Any]) -> tuple[dict[UUID, Any], dict[UUID, str]]:
    names = {row["root_id"]: row for row in await tx.fetch(_NAMES, [row["root_id"] for row in rows])}
    shipments = await tx.fetch(_CODES, [row["subject_id"] for row in rows])
    return names, {row["id"]: row["number"] for row in shipments}


async def _places(tx: Transaction, scope: Scope) -> tuple[str, ...]:
    if scope.warehouses is None:
        return ()
    rows = await tx.fetch(
        "select name from warehouses where id = any($1::int[]) order by id", sorted(scope.warehouses)
    )
    return tuple(row["name"] for row in rows)


def _reach(scope: Scope) -> tuple[list[int] | None, list[int] | None]:
    return (
        None if scope.shops is None else sorted(scope.shops),
        None if scope.warehouses is None else sorted(scope.warehouses),
    )
