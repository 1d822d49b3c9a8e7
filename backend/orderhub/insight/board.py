"""What has just moved, and what is late: the two lists of the operations board."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from orderhub.kernel import counts
from orderhub.kernel.flows import all_flows
from orderhub.kernel.postgres import Transaction
from orderhub.kernel.views import Scope

_ROWS = 12
_MOVED = """
    select v.subject_id, v.root_id, v.kind, v.stage, v.entered_at as at, v.entered_by,
           (select p.stage from visits p where p.subject_id = v.subject_id and p.id < v.id
            order by p.id desc limit 1) as before
    from visits v
    where v.kind <> 'message' and v.kind || '.' || v.stage <> all($4::text[]) and ($1::int[] is null or v.shop_id = any($1))
        and ($2::int[] is null or v.warehouse_id is null or v.warehouse_id = any($2))
    order by v.id desc limit $3
"""
_LATE = """
    select v.id, v.subject_id, v.root_id, v.kind, v.stage, v.role, v.entered_at as entered, v.due_at as due
    from visits v
    where v.left_at is null and v.late_at is not null
        and ($1::int[] is null or v.warehouse_id is null or v.warehouse_id = any($1)) {of_shop}
    order by v.due_at, v.id limit $2
"""
# One walk for each shop, so that a quiet one does not have to be looked for among a busy one's.
_LATE_OF_SHOPS = f"""
    select late.* from unnest($3::int[]) as shop cross join lateral ({_LATE.format(of_shop="and v.shop_id = shop")}) as late
    order by due, id limit $2
"""
_LATE_ANYWHERE = _LATE.format(of_shop="")
_NAMES = """
    select o.id as root_id, o.number, h.name as shop from orders o join shops h on h.id = o.shop_id
    where o.id = any($1::uuid[])
"""
_CODES = "select id, number from shipments where id = any($1::uuid[])"
_PEOPLE = "select 'person:' || id as id, name from people where 'person:' || id = any($1::text[])"


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


async def newest_moves(tx: Transaction, scope: Scope) -> tuple[Moved, ...]:
    """Return what has just moved, newest first."""
    rows = await tx.fetch(_MOVED, *scope.reach, _ROWS, _rolled_up())
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
            who=who.get(row["entered_by"]) or _shop(row["entered_by"], names[row["root_id"]]),
            role=row["entered_by"].partition(":")[0].replace("shop", "channel"),
            at=row["at"],
        )
        for row in rows
        if row["root_id"] in names
    )


def _rolled_up() -> list[str]:
    """An order that follows its parcels is no news: the parcels are."""
    return [
        f"{flow.kind}.{stage.name}"
        for flow in all_flows().values()
        for stage in flow.stages
        if stage.rolled_up
    ]


def _shop(actor: str, order: Any) -> str:
    return str(order["shop"]) if actor.startswith("shop:") else ""


async def late_ones(tx: Transaction, scope: Scope) -> LateOnes:
    """Return what is late, longest first."""
    shops, houses = scope.reach
    if shops is None:
        rows = await tx.fetch(_LATE_ANYWHERE, houses, _ROWS)
    else:
        rows = await tx.fetch(_LATE_OF_SHOPS, houses, _ROWS, shops)
    names, numbers = await _named(tx, rows)
    late = await counts.late(tx, all_flows(), scope.shops, scope.warehouses)
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


async def _named(tx: Transaction, rows: Sequence[Any]) -> tuple[dict[UUID, Any], dict[UUID, str]]:
    names = {row["root_id"]: row for row in await tx.fetch(_NAMES, [row["root_id"] for row in rows])}
    shipments = await tx.fetch(_CODES, [row["subject_id"] for row in rows])
    return names, {row["id"]: row["number"] for row in shipments}
