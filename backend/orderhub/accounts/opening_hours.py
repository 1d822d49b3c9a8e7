"""Opening hours: who gives a warehouse, or the whole organisation, its calendar."""

import msgspec

from orderhub.kernel import calendars, ledger
from orderhub.kernel.actors import Actor, may
from orderhub.kernel.calendars import Calendar, calendar_of
from orderhub.kernel.errors import NotAllowed, NotFound
from orderhub.kernel.ledger import Change
from orderhub.kernel.postgres import Transaction

EDITORS = ("operations", "manager", "admin")


async def set_calendar(
    tx: Transaction, place: int, calendar: Calendar, *, actor: Actor, why: str | None = None
) -> None:
    """Give a place its opening hours. They hold for limits that begin from now on; running ones keep their due time."""
    if may(actor, EDITORS) is None:
        raise NotAllowed(needed=list(EDITORS), got=sorted(actor.roles))
    if actor.warehouses is not None and place not in actor.warehouses:
        raise NotFound(warehouse=place)
    await tx.execute("select pg_advisory_xact_lock(hashtext('calendars'), $1)", place)
    row = await tx.fetchrow("select * from calendars where warehouse_id = $1", place)
    before = calendar_of(row) if row else None
    if before == calendar:
        return
    await tx.execute(
        """insert into calendars (warehouse_id, hours, holidays, extra_days, time_zone) values ($1, $2, $3, $4, $5)
           on conflict (warehouse_id) do update set hours = excluded.hours, holidays = excluded.holidays,
               extra_days = excluded.extra_days, time_zone = excluded.time_zone""",
        *(place, calendar.week, sorted(calendar.holidays), calendar.extra_days, calendar.time_zone),
    )
    change = Change(f"calendar.{place}", _told(before), _told(calendar))
    await ledger.record(tx, stream="settings", action="calendar.set", actor=actor, changes=[change], why=why)
    tx.after_commit(_forget)


def _told(calendar: Calendar | None) -> object:
    return None if calendar is None else msgspec.to_builtins(calendar, order="deterministic")


async def _forget() -> None:
    calendars.forget()
