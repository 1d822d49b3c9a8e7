"""Warehouses: the places that pack and ship."""

from collections.abc import Collection

import msgspec

from orderhub.accounts import reach, values
from orderhub.accounts.refusals import CodeTaken
from orderhub.kernel import clock, ledger, postgres
from orderhub.kernel.actors import Actor, visible
from orderhub.kernel.errors import NotFound
from orderhub.kernel.ledger import Change
from orderhub.kernel.postgres import Transaction

_COLUMNS = "id, code, name, time_zone, ended_at is not null as ended"


class Warehouse(msgspec.Struct, frozen=True, kw_only=True):
    """A warehouse as people see it."""

    id: int
    code: str
    name: str
    time_zone: str
    ended: bool


class NewWarehouse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A warehouse to be added; its code is short and stands on labels and lists."""

    code: str
    name: str
    time_zone: str


async def add(tx: Transaction, wanted: NewWarehouse, *, actor: Actor) -> Warehouse:
    """Add a warehouse; refuses a code in use, and an actor of some warehouses only, who would not reach it."""
    reach.refuse_wider(actor, shops=[], warehouses=None)
    code = values.code_of(wanted.code)
    row = await tx.fetchrow(
        f"insert into warehouses (code, name, time_zone) values ($1, $2, $3) on conflict (code) do nothing"
        f" returning {_COLUMNS}",
        *(code, values.name_of(wanted.name), values.time_zone_of(wanted.time_zone)),
    )
    if row is None:
        raise CodeTaken(code=code)
    made = Warehouse(**row)
    told = [Change(field, None, getattr(made, field)) for field in ("code", "name", "time_zone")]
    await _record(tx, "warehouse.added", made.id, actor, told)
    return made


async def end(tx: Transaction, warehouse_id: int, *, actor: Actor) -> None:
    """End a warehouse: nothing new is sent to it. What lies in it stays visible."""
    ended = await tx.fetchval(
        "select ended_at is not null from warehouses where id = $1 for update", warehouse_id
    )
    if ended is None or not visible(actor, None, warehouse_id):
        raise NotFound(kind="warehouse", id=warehouse_id)
    if not ended:
        await tx.execute("update warehouses set ended_at = $2 where id = $1", warehouse_id, clock.now())
        await _record(tx, "warehouse.ended", warehouse_id, actor, [Change("ended", False, True)])


async def all_warehouses(*, actor: Actor) -> list[Warehouse]:
    """Return the warehouses the actor may see, by name; those that ended last."""
    rows = await postgres.fetch(f"select {_COLUMNS} from warehouses order by ended_at is not null, name, id")
    return [Warehouse(**row) for row in rows if visible(actor, None, row["id"])]


async def _record(
    tx: Transaction, action: str, warehouse_id: int, actor: Actor, changes: list[Change]
) -> None:
    evidence = {"warehouse": warehouse_id}
    await ledger.record(tx, stream="settings", action=action, actor=actor, changes=changes, evidence=evidence)


async def names(tx: Transaction, within: Collection[int] | None) -> tuple[str, ...]:
    """Return the names of some warehouses, for the head of a page; none for somebody who may act in all."""
    if within is None:
        return ()
    rows = await tx.fetch("select name from warehouses where id = any($1::int[]) order by id", sorted(within))
    return tuple(row["name"] for row in rows)
