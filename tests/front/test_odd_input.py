"""Values no database can hold end as words to whoever sent them, and a stranger's long form is not even read."""

import logging
from collections.abc import AsyncIterator, Callable

import asyncpg
import pytest

from orderhub.front import problems
from orderhub.front.unstorable import is_unstorable
from orderhub.kernel import postgres
from tests.browsers import HOST, Browser, Program
from tests.people import hire, token

pytestmark = pytest.mark.usefixtures("clean")

BEYOND = 2**63


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/orders/a%00b", 404, "no_such_page"),
        ("/api/skus/a%00b", 404, "not_found"),
        ("/orders/a%00b", 404, "no_such_page"),
        (f"/products/{BEYOND}", 404, "not_found"),
        ("/orders?q=a%00b", 422, "unstorable"),
    ],
)
async def test_an_odd_address_is_not_found_and_an_odd_question_refused(
    path: str, status: int, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Program(await token("manager")) as program:
        answer = await program.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PATCH", f"/api/shops/{BEYOND}", {"name": "x"}, 404),
        ("DELETE", f"/api/people/{2**31}", None, 404),
        ("POST", "/api/warehouses", {"code": "SZ", "name": "苏\x00州", "time_zone": "Asia/Shanghai"}, 422),
        ("POST", "/api/moves", [{"subject": "0" * 32, "transition": "a\x00b", "key": "k\x00"}], 422),
    ],
)
async def test_odd_values_in_what_is_sent_are_refused_too(
    method: str, path: str, body: object, status: int
) -> None:
    async with Program(await token("admin")) as program:
        answer = await program.request(method, path, json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


async def test_what_the_database_finds_wrong_by_itself_stays_a_fault() -> None:
    assert asyncpg.DataError in problems.HANDLERS
    for statement in ("select 1 / 0", "select 'x'::int"):
        with pytest.raises(asyncpg.DataError) as wrong:
            await postgres.fetchval(statement)
        assert not is_unstorable(wrong.value)


def long_form() -> tuple[Callable[[], AsyncIterator[bytes]], list[int]]:
    """A form of ten megabytes that notes how much of it was read."""
    read: list[int] = []

    async def parts() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="skus.csv"\r\n\r\n'
        for _ in range(160):
            read.append(65_536)
            yield b"," * 65_536
        yield b"\r\n--x--\r\n"

    return parts, read


async def send(browser: Browser) -> tuple[int, str, int]:
    parts, read = long_form()
    headers = {
        "Content-Type": "multipart/form-data; boundary=x",
        "Accept": "application/json",
        "Origin": HOST,
    }
    answer = await browser.post("/products/imports", content=parts(), headers=headers)
    return answer.status_code, answer.json()["code"], sum(read)


async def test_a_strangers_long_form_is_refused_unread() -> None:
    async with Browser() as browser:
        await browser.get("/sign-in")
        assert await send(browser) == (401, "not_signed_in", 0)


async def test_the_long_form_of_somebody_who_may_not_send_it_is_refused_unread() -> None:
    async with Browser() as browser:
        await browser.arrive(await hire("min", "warehouse"))
        assert await send(browser) == (403, "not_allowed", 0)
