"""A hub of several processes: who did not serve the setting up learns the time zone all the same."""

import pytest

from orderhub import supervision
from orderhub.accounts import organisation
from orderhub.accounts.organisation import Organisation
from orderhub.front import zone
from orderhub.kernel import postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.rendering import times
from tests.waiting import until


@pytest.mark.usefixtures("clean")
async def test_a_process_learns_the_time_zone_when_another_one_sets_the_hub_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(times, "_zone", times.zone())
    monkeypatch.setattr(zone, "_LOOK_SECONDS", 0.01)
    async with zone.known():
        before = times.zone().key
        async with postgres.transaction() as tx:
            await organisation.found(tx, Organisation(name="湖畔", time_zone="Europe/Lisbon"), actor=SYSTEM)
        await until(lambda: times.zone().key == "Europe/Lisbon")
        assert supervision.ill() == []
    assert before != "Europe/Lisbon"
