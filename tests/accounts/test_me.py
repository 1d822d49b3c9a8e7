"""The page about oneself: language, password, devices."""

import pytest

from orderhub.kernel import postgres
from tests.browsers import Browser, Program
from tests.people import PASSWORD, hire, token

pytestmark = pytest.mark.usefixtures("clean")

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1"


async def test_the_page_names_roles_reach_and_this_device() -> None:
    await hire("anna", "manager", "finance", shops=[1, 2])
    async with Browser() as browser:
        browser.headers["User-Agent"] = IPHONE
        await browser.sign_in("anna", PASSWORD)
        page = (await browser.get("/me")).text
    for told in ("Anna", "Manager", "Finance", "iPhone · Safari", "This one", "203.0.113.7"):
        assert told in page


async def test_the_chosen_language_is_kept_for_the_next_device() -> None:
    anna = await hire("anna", "manager")
    async with Browser() as desk, Browser() as phone:
        await desk.arrive(anna)
        await desk.submit("/me", to="/me/language", language="zh-CN")
        assert 'lang="zh-CN"' in (await desk.get("/me")).text
        await phone.sign_in("anna", PASSWORD)
        assert '<html lang="zh-CN"' in (await phone.get("/me")).text


async def test_a_shared_phone_speaks_the_language_of_who_signs_in() -> None:
    await hire("anna", "manager", language="zh-CN")
    async with Browser() as browser:
        browser.cookies.set("lang", "en", domain="hub.test")
        await browser.sign_in("anna", PASSWORD)
        assert '<html lang="zh-CN"' in (await browser.get("/me")).text


async def test_a_person_changes_their_password_and_other_devices_are_out() -> None:
    anna = await hire("anna", "manager")
    wanted = "another four words please"
    async with Browser() as desk, Browser() as phone:
        await desk.arrive(anna)
        await phone.arrive(anna)
        answer = await desk.submit("/me", to="/me/password", password=PASSWORD, new_password=wanted)
        assert answer.status_code == 303
        assert (await desk.get("/me")).status_code == 200
        assert (await phone.get("/me")).status_code == 303
        assert (await phone.sign_in("anna", wanted)).status_code == 303


async def test_a_wrong_present_password_changes_nothing_and_says_so() -> None:
    anna = await hire("anna", "manager")
    before = await postgres.fetchval("select password_hash from people where id = $1", anna)
    async with Browser() as browser:
        await browser.arrive(anna)
        answer = await browser.submit("/me", to="/me/password", password="not it", new_password="x" * 20)
    assert answer.status_code == 422
    assert "present password is not right" in answer.text
    assert await postgres.fetchval("select password_hash from people where id = $1", anna) == before


async def test_a_found_open_browser_does_not_guess_the_password_for_ever() -> None:
    anna = await hire("anna", "manager")
    async with Browser() as browser:
        await browser.arrive(anna)
        for _ in range(11):
            answer = await browser.submit("/me", to="/me/password", password="guess", new_password="x" * 20)
    assert answer.status_code == 429


async def test_a_program_has_no_page_of_its_own() -> None:
    async with Program(await token("manager")) as program:
        answer = await program.get("/me")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_a_person")
        me = (await program.get("/api/me")).json()
    assert (me["kind"], me["roles"], me["shops"]) == ("token", ["manager"], None)
