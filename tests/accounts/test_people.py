"""People: added, changed and ended, each within the reach of whoever does it, and all of it in the ledger."""

import asyncio
from typing import Any

import msgspec
import pytest

from orderhub.accounts import people
from orderhub.accounts.refusals import LastAdmin, LoginTaken, ScopeTooWide
from orderhub.kernel import postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.errors import BadInput, NotFound
from tests.access_rows import place
from tests.browsers import Browser, Program
from tests.people import acting, hire, token

pytestmark = pytest.mark.usefixtures("clean")


async def settings_entries() -> list[dict[str, Any]]:
    rows = await postgres.fetch("select body from ledger where stream = 'settings' order by seq")
    return [msgspec.json.decode(row["body"]) for row in rows]


async def amend(person_id: int, actor: Any = SYSTEM, **wanted: Any) -> people.Person:
    async with postgres.transaction() as tx:
        return await people.amend(tx, person_id, people.Amendment(**wanted), actor=actor)


async def end(*person_ids: int, actor: Any = SYSTEM) -> None:
    async with postgres.transaction() as tx:
        await people.end(tx, person_ids, actor=actor)


async def test_two_people_cannot_have_one_login_however_it_is_written() -> None:
    await hire("anna", "manager")
    with pytest.raises(LoginTaken):
        await hire("ＡＮＮＡ", "sales")


@pytest.mark.parametrize("login", ["a", "with space", "semi;colon", "x" * 65, "new\nline", "<b>"])
async def test_a_login_nobody_could_type_is_refused(login: str) -> None:
    with pytest.raises(BadInput):
        await hire(login, "manager")


async def test_a_chinese_login_is_a_login() -> None:
    assert await hire("王小明", "warehouse")


async def test_a_role_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(BadInput) as refusal:
        await hire("anna", "boss")
    assert refusal.value.data["got"] == "boss"
    assert "warehouse" in refusal.value.data["expected"]


async def test_what_changed_stands_in_the_ledger_before_and_after() -> None:
    anna = await hire("anna", "warehouse")
    boss = await hire("boss", "admin")
    await amend(anna, acting(boss, "admin"), roles=["service", "warehouse"], shops=[])
    entry = (await settings_entries())[-1]
    assert entry["action"] == "person.changed"
    assert entry["who"]["id"] == f"person:{boss}"
    assert entry["evidence"] == {"person": anna}
    assert entry["changes"] == [
        {"field": "roles", "before": ["warehouse"], "after": ["warehouse", "service"]},
        {"field": "shops", "before": None, "after": []},
    ]


async def test_a_change_that_changes_nothing_leaves_no_trace() -> None:
    anna = await hire("anna", "warehouse")
    before = len(await settings_entries())
    await amend(anna, roles=["warehouse"])
    assert len(await settings_entries()) == before


async def test_new_roles_count_from_the_next_request_on() -> None:
    anna = await hire("anna", "warehouse")
    async with Browser() as browser:
        await browser.arrive(anna)
        assert (await browser.get("/api/people")).status_code == 403
        await amend(anna, roles=["admin"])
        assert (await browser.get("/api/people")).status_code == 200


async def test_nobody_hands_out_shops_they_do_not_reach() -> None:
    boss = await hire("boss", "admin", shops=[1, 2])
    robot = await token("admin", shops=[1, 2])
    async with Program(robot) as program:
        body = {"login": "anna", "name": "Anna", "roles": ["sales"], "shops": [1, 3]}
        answer = await program.post("/api/people", json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_too_wide")
        answer = await program.post("/api/people", json={**body, "shops": None})
        assert answer.json()["got"] == "all"
        assert (await program.post("/api/people", json={**body, "shops": [2]})).status_code == 201
    with pytest.raises(ScopeTooWide):
        await amend(boss, acting(boss, "admin", shops=[1, 2]), shops=None)


async def test_an_admin_of_one_shop_neither_sees_nor_changes_people_of_another() -> None:
    here, there = await place("here"), await place("there")
    await hire("keeper", "admin")
    near = await hire("near", "sales", shops=[here.shop_id])
    far = await hire("far", "sales", shops=[there.shop_id])
    boss = acting(await hire("boss", "admin", shops=[here.shop_id]), "admin", shops=[here.shop_id])
    assert {person.login for person in await people.everyone(actor=boss)} == {"near", "boss"}
    assert (await amend(near, boss, name="Nearer")).name == "Nearer"
    with pytest.raises(NotFound):
        await amend(far, boss, name="Farther")
    with pytest.raises(NotFound):
        await end(far, actor=boss)


async def test_the_last_admin_of_everything_stays() -> None:
    boss = await hire("boss", "admin")
    await hire("local", "admin", shops=[1])
    with pytest.raises(LastAdmin):
        await end(boss)
    with pytest.raises(LastAdmin):
        await amend(boss, roles=["manager"])
    with pytest.raises(LastAdmin):
        await amend(boss, shops=[1])
    await hire("second", "admin")
    await end(boss)


async def test_two_admins_who_end_each_other_at_once_do_not_leave_nobody() -> None:
    for _ in range(5):
        first, second = await hire("first", "admin"), await hire("second", "admin")
        results = await asyncio.gather(end(first), end(second), return_exceptions=True)
        assert [type(result) for result in results if result] == [LastAdmin]
        await postgres.execute(
            "update people set ended_at = now(), login = login || id where ended_at is null"
        )
        await postgres.execute("update people set login = login || id")


async def test_ending_a_person_keeps_who_they_were() -> None:
    await hire("boss", "admin")
    anna = await hire("anna", "sales")
    await end(anna)
    rows = await postgres.fetch("select name, roles, ended_at from people where id = $1", anna)
    assert (rows[0]["name"], rows[0]["roles"]) == ("Anna", ["sales"])
    assert rows[0]["ended_at"] is not None


async def test_an_admin_gives_a_new_password_and_the_old_sessions_end() -> None:
    anna = await hire("anna", "sales")
    async with Browser() as browser, Program(await token("admin")) as robot:
        await browser.arrive(anna)
        given = "a new start for anna"
        answer = await robot.post(f"/api/people/{anna}/password", json={"password": given})
        assert answer.status_code == 204
        assert (await browser.get("/me")).status_code == 303
        assert (await browser.sign_in("anna", given)).status_code == 303
