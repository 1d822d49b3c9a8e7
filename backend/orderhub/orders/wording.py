"""How an order's page words its timeline: places by their names, devices by what they are; programs get it as it stands."""

from collections.abc import Mapping
from typing import Any

import msgspec

from orderhub.accounts import sessions
from orderhub.kernel.postgres import Transaction
from orderhub.orders.timeline import Act, Changed, Timeline

_PLACES = {
    "shop": "select id, name from shops where id = any($1::int[])",
    "warehouse": "select id, name from warehouses where id = any($1::int[])",
}

Names = Mapping[str, Mapping[Any, str]]


async def worded(tx: Transaction, told: Timeline) -> Timeline:
    """Return the same acts with names in place of our own ids."""
    names: dict[str, Mapping[Any, str]] = {
        "device": await sessions.agents(tx, {act.device for act in told.acts if act.device})
    }
    for field, statement in _PLACES.items():
        ids = {value for act in told.acts for change in act.changes for value in _ids(change, field)}
        rows = await tx.fetch(statement, sorted(ids)) if ids else ()
        names[field] = {row["id"]: row["name"] for row in rows}
    return msgspec.structs.replace(told, acts=tuple(_worded(act, names) for act in told.acts))


def _worded(act: Act, names: Names) -> Act:
    changes = tuple(_named(change, names) for change in act.changes if not _is_usual(change))
    return msgspec.structs.replace(act, changes=changes, device=names["device"].get(act.device))


def _named(change: Changed, names: Names) -> Changed:
    if change.field not in _PLACES:
        return change
    known = names[change.field]
    before, after = (known.get(value, value) for value in (change.before, change.after))
    return msgspec.structs.replace(change, before=before, after=after)


def _is_usual(change: Changed) -> bool:
    """A receiver in clear text is what everybody expects; only a platform's token is worth a line."""
    return change.field == "receiver.scheme" and change.before is None and change.after == "clear"


def _ids(change: Changed, field: str) -> list[int]:
    return [value for value in (change.before, change.after) if change.field == field and value is not None]
