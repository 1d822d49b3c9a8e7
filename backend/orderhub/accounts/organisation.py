"""The organisation: whose installation this is, and the clock its people read."""

import msgspec

from orderhub.accounts import values
from orderhub.kernel import clock, ledger, postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.ledger import Change
from orderhub.kernel.postgres import Transaction


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """Name and time zone of the one organisation."""

    name: str
    time_zone: str


async def found(tx: Transaction, wanted: Organisation, *, actor: Actor) -> None:
    """Make the organisation of an empty installation."""
    name, time_zone = values.name_of(wanted.name, field="organisation"), values.time_zone_of(wanted.time_zone)
    await tx.execute(
        "insert into organisation (name, time_zone, created_at) values ($1, $2, $3)",
        name,
        time_zone,
        clock.now(),
    )
    changes = [Change("name", None, name), Change("time_zone", None, time_zone)]
    await ledger.record(tx, stream="settings", action="organisation.founded", actor=actor, changes=changes)


async def current() -> Organisation | None:
    """Return the organisation, or None while nobody has set the hub up."""
    row = await postgres.fetchrow("select name, time_zone from organisation")
    return Organisation(**row) if row else None
