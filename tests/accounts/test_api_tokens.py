"""API tokens: keys for programs, shown once, ended at once."""

import pytest

from orderhub.kernel import postgres
from tests.browsers import Browser, Program
from tests.people import hire, token

pytestmark = pytest.mark.usefixtures("clean")


async def test_a_token_acts_in_its_roles_and_reach() -> None:
    async with Program(await token("service", shops=[7])) as program:
        me = (await program.get("/api/me")).json()
        assert (me["roles"], me["shops"], me["warehouses"]) == (["service"], [7], None)
        assert (await program.get("/api/people")).status_code == 403


async def test_an_unknown_token_is_refused_with_what_to_do() -> None:
    async with Program("oht_" + "A" * 43) as program:
        answer = await program.get("/api/me")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["code"] == "unknown_token"


async def test_a_request_with_a_token_never_falls_back_to_the_cookie() -> None:
    boss = await hire("boss", "admin")
    async with Browser() as browser:
        await browser.arrive(boss)
        answer = await browser.post(
            "/api/tokens",
            json={"name": "robot", "roles": ["admin"]},
            headers={"Authorization": "Bearer nonsense", "Origin": "https://evil.test"},
        )
    assert answer.status_code == 401
    assert await postgres.fetchval("select count(*) from api_tokens") == 0


async def test_a_token_is_issued_once_and_ended_at_once() -> None:
    async with Program(await token("admin")) as admin:
        made = (
            await admin.post("/api/tokens", json={"name": "label printer", "roles": ["warehouse"]})
        ).json()
        listed = await admin.get("/api/tokens")
        assert made["token"] not in listed.text
        async with Program(made["token"]) as printer:
            assert (await printer.get("/api/me")).json()["name"] == "label printer"
            assert (await admin.delete(f"/api/tokens/{made['description']['id']}")).status_code == 204
            assert (await printer.get("/api/me")).status_code == 401


async def test_the_database_holds_no_token() -> None:
    issued = await token("admin")
    rows = await postgres.fetch("select t::text as told from api_tokens t")
    assert issued.removeprefix("oht_") not in rows[0]["told"]


async def test_a_token_of_an_admin_of_one_shop_reaches_no_further() -> None:
    async with Program(await token("admin", shops=[1])) as program:
        wide = await program.post("/api/tokens", json={"name": "wide", "roles": ["sales"]})
        assert wide.json()["code"] == "scope_too_wide"
        narrow = await program.post("/api/tokens", json={"name": "narrow", "roles": ["sales"], "shops": [1]})
        assert narrow.status_code == 201
