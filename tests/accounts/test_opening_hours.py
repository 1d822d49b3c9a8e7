"""Opening hours are given by those who run the place, and the ledger tells who gave them."""

from datetime import date

import msgspec
import pytest

from orderhub.accounts.opening_hours import set_calendar
from orderhub.kernel import calendars, postgres
from orderhub.kernel.actors import Actor
from orderhub.kernel.calendars import ALWAYS, Calendar, Hours, Span
from orderhub.kernel.errors import NotAllowed, NotFound

pytestmark = pytest.mark.usefixtures("clean")

NINE_TO_SIX: Hours = (Span(9 * 60, 12 * 60), Span(13 * 60, 18 * 60))
OFFICE = Calendar(week=(*(NINE_TO_SIX,) * 5, (), ()), time_zone="Asia/Shanghai")
NIGHTS = Calendar(week=((Span(22 * 60, 30 * 60),),) * 7, time_zone="Asia/Shanghai")
WANG = Actor(kind="person", id="person:1", name="Wang", roles=frozenset({"manager"}))


async def test_a_warehouse_without_a_calendar_keeps_the_hours_of_the_organisation() -> None:
    async with postgres.transaction() as tx:
        assert await calendars.of(tx, [7, None]) == {7: ALWAYS, None: ALWAYS}
    async with postgres.transaction() as tx:
        await set_calendar(tx, calendars.ORGANISATION, OFFICE, actor=WANG)
        await set_calendar(tx, 8, NIGHTS, actor=WANG)
    async with postgres.transaction() as tx:
        assert await calendars.of(tx, [7, 8, None]) == {7: OFFICE, 8: NIGHTS, None: OFFICE}


async def test_a_calendar_comes_back_as_it_was_set_and_the_ledger_tells_who_set_it() -> None:
    full = msgspec.structs.replace(
        OFFICE, holidays=frozenset({date(2027, 2, 6)}), extra_days=((date(2027, 2, 13), NINE_TO_SIX),)
    )
    for calendar in (OFFICE, full, full):
        async with postgres.transaction() as tx:
            await set_calendar(tx, 3, calendar, actor=WANG, why="Spring Festival")
    async with postgres.transaction() as tx:
        assert (await calendars.of(tx, [3]))[3] == full
    bodies = await postgres.fetch("select body from ledger where stream = 'settings' order by seq")
    assert len(bodies) == 2, "setting what is already set is no change"
    entry = msgspec.json.decode(bodies[1]["body"])
    assert (entry["action"], entry["who"]["name"], entry["why"]) == (
        "calendar.set",
        "Wang",
        "Spring Festival",
    )
    (change,) = entry["changes"]
    assert msgspec.convert(change["before"], Calendar) == OFFICE
    assert msgspec.convert(change["after"], Calendar) == full


async def test_a_picker_or_the_manager_of_another_warehouse_cannot_set_hours() -> None:
    picker = msgspec.structs.replace(WANG, roles=frozenset({"warehouse"}))
    elsewhere = msgspec.structs.replace(WANG, warehouses=frozenset({4}))
    async with postgres.transaction() as tx:
        with pytest.raises(NotAllowed):
            await set_calendar(tx, 3, OFFICE, actor=picker)
        with pytest.raises(NotFound):
            await set_calendar(tx, 3, OFFICE, actor=elsewhere)
