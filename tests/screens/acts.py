"""What a person did on a page before its picture is taken."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

from playwright.async_api import Page

Act = Callable[[Page], Awaitable[None]]


def set_up(password: str) -> Act:
    """Fill in the set-up form with this password, and send it."""

    async def act(page: Page) -> None:
        given = {
            "organisation": "好零件",
            "shop": "天猫旗舰店",
            "warehouse": "苏州一仓",
            "name": "陈姐",
            "login": "chen",
            "password": password,
        }
        # The browser's own hint would come before ours.
        await page.eval_on_selector("form", "form => { form.noValidate = true }")
        for name, value in given.items():
            await page.fill(f"#{name}", value)
        await _send(page, "form .btn.go")

    return act


async def sign_in_wrongly(page: Page) -> None:
    await page.fill("#login", "zhou")
    await page.fill("#password", "guess")
    await _send(page, "form .btn.go")


async def change_password_wrongly(page: Page) -> None:
    await page.click("details:has(form[action='/me/password']) > summary")
    await page.fill("#password", "guess")
    await page.fill("#new_password", "another four words here")
    await _send(page, "form[action='/me/password'] button")


async def open_card_with_a_question(page: Page) -> None:
    await page.click(".task:has(input[name=waybill]) > summary >> nth=0")


async def press_what_is_over(page: Page) -> None:
    """Press a button of a visit that has ended meanwhile."""
    await page.eval_on_selector(
        ".task[open] form input[name=visit]", "(field, gone) => { field.value = gone }", str(uuid4())
    )
    await page.click(".task[open] form .btn")
    await page.wait_for_selector(".toast")


async def lose_the_network(page: Page) -> None:
    await page.wait_for_selector("#live.t-cust", state="attached")
    await page.context.set_offline(True)
    await page.wait_for_selector("#live.t-warn")


async def next_page(page: Page) -> None:
    await _send(page, "a[rel=next]")


async def copy_answer(page: Page) -> None:
    await page.click("[data-copy^='#say-'] >> nth=0")
    await page.wait_for_selector(".toast")


async def hurry(page: Page) -> None:
    """Hurry the shop, if the picture before this one has not done it already."""
    button = "form[action*='/hurries'] button"
    if await page.locator(button).count():
        await _send(page, button)


async def open_original(page: Page) -> None:
    await page.click(".al details summary >> nth=1")


async def upload_a_picture(page: Page) -> None:
    content = b"\x89PNG\r\n\x1a\n" + bytes(64)
    await page.set_input_files("#file", {"name": "IMG_0412.png", "mimeType": "image/png", "buffer": content})
    await _send(page, "form .btn.go")


async def compare_a_file(page: Page) -> None:
    other = b"%PDF-1.4 another one"
    await page.set_input_files(
        "#file", {"name": "dossier.pdf", "mimeType": "application/pdf", "buffer": other}
    )
    await _send(page, "form .btn")


async def open_operation(page: Page) -> None:
    await page.click("summary:has-text('/api/moves')")


async def _send(page: Page, selector: str) -> None:
    async with page.expect_navigation():
        await page.click(selector)
