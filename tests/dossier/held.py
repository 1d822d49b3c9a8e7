"""Dossiers as people hold them: an eventful order, its file downloaded by 陈姐, and what the public check says of it."""

import re
from io import BytesIO
from typing import NamedTuple
from uuid import UUID

import msgspec
from pypdf import PdfReader

from orderhub.delivery import splitting
from orderhub.kernel import postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.moves import Move, move
from tests.browsers import Browser
from tests.people import acting, hire
from tests.placed import draft, placed, shipment_of, shop

CHEN = acting(1, "manager", name="陈小姐")
WHY = "李四 13900001111 要分开寄"
WAYBILL = "SF1029338444471"


class Held(NamedTuple):
    """A dossier in somebody's hand."""

    order: UUID
    number: str
    file: bytes

    @property
    def text(self) -> str:
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(self.file)).pages)

    @property
    def path(self) -> str:
        """Where its code leads, read off the paper as a person would."""
        found = re.search(r"/check/([\w\s-]+)", self.text, re.ASCII)
        assert found, self.text
        return f"/check/{''.join(found[1].split())[:86]}"


async def eventful_order(*, name: str = "机油滤清器 W712", lines: int = 1) -> UUID:
    """An order with two parcels, one of them on its way."""
    one = draft(await shop(), pieces=2 * lines)
    (line,) = one.lines
    many = tuple(
        msgspec.structs.replace(line, name=f"{name}", quantity=2, pieces=2, amount_minor=5600)
        for _ in range(lines)
    )
    (order,) = await placed([msgspec.structs.replace(one, lines=many, remark="打13812342046")])
    parcel = await shipment_of(order)
    wish = msgspec.structs.replace(splitting.wish(parcel, [{1: 1}]), why=WHY)
    (verdict,) = await splitting.split([wish], actor=CHEN)
    assert verdict.refused is None, verdict
    facts = {"waybill": WAYBILL, "carrier": "顺丰速运"}
    (verdict,) = await move([Move(subject=parcel, transition="collect", facts=facts)], actor=SYSTEM)
    assert verdict.refused is None, verdict
    return order


async def dossier_of(order: UUID, *, lang: str = "zh-CN") -> Held:
    """Download an order's dossier as somebody who may see every order."""
    number = await postgres.fetchval("select number from orders where id = $1", order)
    person = await postgres.fetchval("select id from people where login = 'chen'")
    async with Browser() as browser:
        await browser.arrive(person or await hire("chen", "manager", name=CHEN.name))
        answer = await browser.get(f"/orders/{number}/dossier?lang={lang}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    return Held(order, number, answer.content)


async def checked(held: Held | str, *, lang: str = "en") -> dict[str, str]:
    """Return what the public check answers, each question by its name; and whether all of it holds, as ``holds``."""
    path = held if isinstance(held, str) else held.path
    async with Browser() as browser:
        answer = await browser.get(f"{path}?lang={lang}")
    assert answer.status_code == 200, answer.text
    found = re.findall(
        r'id="answer-(\w+)">.*?<span class="tc t-\w+">([^<]+)</span></p>', answer.text, re.DOTALL
    )
    holds = "This dossier holds" in answer.text or "档案属实" in answer.text
    return dict(found) | {"holds": "Yes" if holds else "No"}


async def page(held: Held, *, lang: str = "en") -> str:
    """Return the page of the check."""
    async with Browser() as browser:
        return (await browser.get(f"{held.path}?lang={lang}")).text
