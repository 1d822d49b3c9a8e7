"""Sessions: made here, anew at every sign-in, sliding while used, gone when ended."""

from datetime import timedelta

import pytest

from orderhub.accounts import sessions, tokens
from orderhub.kernel import clock, postgres
from tests.browsers import HOST, Browser
from tests.people import PASSWORD, hire

pytestmark = pytest.mark.usefixtures("clean")


async def test_a_client_chosen_session_id_is_never_accepted() -> None:
    chosen = "A" * 43
    await hire("anna", "manager")
    async with Browser() as browser:
        browser.cookies.set("session", chosen, domain="hub.test")
        await browser.sign_in("anna", PASSWORD)
        assert browser.cookies.get("session", domain="hub.test") != chosen
    async with Browser() as attacker:
        attacker.cookies.set("session", chosen, domain="hub.test")
        assert (await attacker.get("/me")).status_code == 303
    assert (
        await postgres.fetchval("select count(*) from sessions where digest = $1", tokens.digest(chosen)) == 0
    )


async def test_signing_in_again_ends_the_session_the_browser_came_with() -> None:
    await hire("anna", "manager")
    await hire("ben", "manager")
    async with Browser() as browser:
        await browser.sign_in("anna", PASSWORD)
        former = browser.cookies["session"]
        token = await browser.form_token()
        data = {"login": "ben", "password": PASSWORD, "_csrf_token": token}
        assert (await browser.post("/sign-in", data=data)).status_code == 303
        assert browser.cookies["session"] != former
    assert await sessions.resume(former) is None


async def test_the_database_holds_no_session_token() -> None:
    person = await hire("anna", "manager")
    async with postgres.transaction() as tx:
        token = await sessions.open_session(tx, person, device="d", agent=None, ip=None)
    rows = await postgres.fetch("select s::text as told from sessions s")
    assert token not in rows[0]["told"]


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    await hire("anna", "manager")
    async with Browser() as browser:
        answer = await browser.sign_in("anna", PASSWORD)
    told = next(cookie for cookie in answer.headers.get_list("set-cookie") if cookie.startswith("session="))
    assert "HttpOnly" in told
    assert "SameSite=lax" in told
    assert "Secure" not in told


async def test_over_tls_the_cookie_is_bound_to_this_very_host() -> None:
    await hire("anna", "manager")
    async with Browser(base_url=HOST.replace("http:", "https:")) as browser:
        answer = await browser.sign_in("anna", PASSWORD)
        told = next(cookie for cookie in answer.headers.get_list("set-cookie") if "session=" in cookie)
        assert told.startswith("__Host-session=")
        assert "Secure" in told
        assert "Path=/" in told
        assert (await browser.get("/me")).status_code == 200


async def test_a_session_slides_on_while_it_is_used() -> None:
    person = await hire("anna", "manager")
    start = clock.now()
    async with postgres.transaction() as tx:
        token = await sessions.open_session(tx, person, device="d", agent=None, ip=None)
    for step in range(1, 4):
        with clock.frozen(start + step * (sessions.IDLE - timedelta(minutes=5))):
            assert await sessions.resume(token) is not None


async def test_a_session_nobody_uses_is_over_after_a_shift() -> None:
    person = await hire("anna", "manager")
    async with postgres.transaction() as tx:
        token = await sessions.open_session(tx, person, device="d", agent=None, ip=None)
    with clock.frozen(clock.now() + sessions.IDLE + timedelta(seconds=1)):
        assert await sessions.resume(token) is None


async def test_no_session_outlives_its_lifetime_however_much_it_is_used() -> None:
    person = await hire("anna", "manager")
    start = clock.now()
    async with postgres.transaction() as tx:
        token = await sessions.open_session(tx, person, device="d", agent=None, ip=None)
    at = start
    while at < start + sessions.LIFETIME - sessions.IDLE:
        at += sessions.IDLE - timedelta(hours=1)
        with clock.frozen(at):
            await sessions.resume(token)
    with clock.frozen(start + sessions.LIFETIME + timedelta(seconds=1)):
        assert await sessions.resume(token) is None


async def test_resuming_a_session_reads_by_index() -> None:
    person = await hire("anna", "manager")
    async with postgres.transaction() as tx:
        await sessions.open_session(tx, person, device="d", agent=None, ip=None)
        await tx.execute("set local enable_seqscan = off")
        plan = await tx.fetch(
            "explain select 1 from sessions s join people p on p.id = s.person_id where s.digest = $1", b"x"
        )
    told = "\n".join(row[0] for row in plan)
    assert "sessions_digest_key" in told
    assert "Seq Scan" not in told


async def test_signing_out_ends_the_session_and_not_only_the_cookie() -> None:
    await hire("anna", "manager")
    async with Browser() as browser:
        await browser.sign_in("anna", PASSWORD)
        token = browser.cookies["session"]
        answer = await browser.submit("/me", to="/sign-out")
        assert answer.headers["location"] == "/sign-in"
        assert "session" not in browser.cookies
    assert await sessions.resume(token) is None


async def test_a_person_ends_their_session_on_another_device() -> None:
    person = await hire("anna", "manager")
    async with Browser() as phone, Browser() as desk:
        await phone.arrive(person)
        await desk.arrive(person)
        lost = await postgres.fetchval(
            "select id from sessions where digest = $1", tokens.digest(phone.cookies["session"])
        )
        assert (await desk.submit("/me", to=f"/me/sessions/{lost}/end")).status_code == 303
        assert (await phone.get("/me")).status_code == 303
        assert (await desk.get("/me")).status_code == 200


async def test_nobody_ends_a_session_of_somebody_else() -> None:
    anna, ben = await hire("anna", "manager"), await hire("ben", "manager")
    async with Browser() as hers, Browser() as his:
        await hers.arrive(anna)
        await his.arrive(ben)
        session = await postgres.fetchval("select id from sessions where person_id = $1", anna)
        assert (await his.submit("/me", to=f"/me/sessions/{session}/end")).status_code == 404
        assert (await hers.get("/me")).status_code == 200


async def test_old_sessions_and_tries_are_forgotten() -> None:
    person = await hire("anna", "manager")
    async with postgres.transaction() as tx:
        await sessions.open_session(tx, person, device="d", agent=None, ip=None)
    with clock.frozen(clock.now() + sessions.IDLE + sessions.KEPT + timedelta(seconds=1)):
        await sessions.forget_old()
    assert await postgres.fetchval("select count(*) from sessions") == 0
