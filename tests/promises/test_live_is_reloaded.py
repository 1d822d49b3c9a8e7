"""What a page shows that only got fragments is what it shows when loaded afresh: every page, role and language.

One person at a time opens every page of theirs in real Chromium, in both languages; then the whole life of a shop goes
on, and whatever came over the socket has to lead to the same document as a page opened after it.
"""

import asyncio
import difflib
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, Request, WebSocket

from orderhub import app, settings
from orderhub import house as house
from orderhub.delivery import splitting
from orderhub.desk.letters import dead_letters
from orderhub.intake.replay import replay
from orderhub.journey import links
from orderhub.kernel import counts, due, postgres
from orderhub.kernel.actors import SYSTEM, Actor
from orderhub.kernel.moves import Move, move
from orderhub.orders.correcting import ReceiverWords, Wish, correct
from tests.chromium import chromium as chromium
from tests.chromium import phone
from tests.company import Company, company
from tests.letters import dead_letter
from tests.live.test_viewers import open_session
from tests.promises.channel import Channel, Goods, Post
from tests.promises.stories import NOON
from tests.test_app import served

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(300)]

LANGUAGES = ("zh-CN", "en")
PEOPLE = ("min", "he", "mai", "qian", "zhou", "chen", "admin")
FILTERS = (
    "/orders?stage=allocated",
    "/orders?stage=closed",
    "/orders?late=1",
    "/orders?shop={tmall}",
    "/orders?q=2046",
    "/messages?state=replayed",
    "/wall?role=warehouse",
    "/wall?role=service",
)

# The document as a reader meets it: without what a person opened, without the words of times, and of how long something has lasted (which go on by
# themselves; the moments stay, but for the one a page says it is of; trends grow by a step every half hour), and without
# what is each page's own (its version, its form token, its connection).
NORMAL = """() => {
  const copy = document.body.cloneNode(true);
  for (const gone of copy.querySelectorAll('#live, #toasts, script')) gone.remove();
  for (const name of ['hx-headers', 'data-now']) copy.removeAttribute(name);
  for (const region of copy.querySelectorAll('[data-version]')) region.removeAttribute('data-version');
  for (const time of copy.querySelectorAll('time')) time.textContent = '';
  for (const time of copy.querySelectorAll('#as-of time')) time.removeAttribute('datetime');
  for (const ring of copy.querySelectorAll('.ring[data-due]')) { ring.className = 'ring'; ring.replaceChildren(); }
  for (const part of copy.querySelectorAll('ul > li.row > i.dot')) part.nextSibling.textContent = part.nextSibling.textContent.replace(/\\d.*/, '');
  for (const trend of copy.querySelectorAll('svg.spark > *')) trend.removeAttribute('points');
  for (const opened of copy.querySelectorAll('details[open]')) opened.removeAttribute('open');
  for (const same of copy.querySelectorAll('[class=""]')) same.removeAttribute('class');
  copy.normalize();
  return copy.outerHTML.replace(/\\s+/g, ' ').replaceAll('> <', '><').replaceAll('><', '>\\n<');
}"""


class Watched:
    """A page that was opened before anything happened: what it was sent, and whether it asked for anything itself."""

    def __init__(self, page: Page, path: str) -> None:
        self.page = page
        self.path = path
        self.fragments: set[str] = set()
        self.asked: list[str] = []
        page.on("websocket", self._listen)

    async def open(self) -> None:
        """Load the page, and wait until it is live."""
        await self.page.goto(self.path)
        await self.page.wait_for_selector("#live.t-cust", state="attached")
        self.page.on("request", self._note)

    async def regions(self) -> list[str]:
        found: list[str] = await self.page.eval_on_selector_all(
            "[data-live]", "all => all.map(e => e.dataset.live)"
        )
        return found

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._hear)

    def _hear(self, frame: str | bytes) -> None:
        text = frame if isinstance(frame, str) else frame.decode()
        if found := re.search('data-live="([^"]+)"', text):
            self.fragments.add(found[1].replace("&amp;", "&"))

    def _note(self, request: Request) -> None:
        if request.resource_type in ("fetch", "xhr", "document"):
            self.asked.append(request.url)


class Stage(NamedTuple):
    """The company at work, and a hub that serves it."""

    cast: Company
    tmall: Channel
    douyin: Channel
    address: str


@pytest_asyncio.fixture(loop_scope="session")
async def stage(clean: str) -> AsyncIterator[Stage]:
    """Two shops with some orders in them, a message that waits, and the hub with live pages."""
    cast = await company()
    product = await postgres.fetchval("insert into products (name) values ('汽车用品') returning id")
    rows = await postgres.fetch(
        "insert into skus (code, product_id, name) select x, $1, x from unnest($2::text[]) x returning code, id",
        *(product, ["FILTER", "WIPER"]),
    )
    skus = {row["code"]: row["id"] for row in rows}
    tmall, douyin = [
        await Channel.of_a_shop(shop, cast.secrets[shop], Goods(house, skus))
        for shop, house in ((cast.tmall, cast.suzhou), (cast.douyin, cast.chengdu))
    ]
    for nth in range(4):
        await tmall.tell(Post(f"a{nth}", whole(f"T{nth}", paid=nth != 3)))
        await douyin.tell(Post(f"a{nth}", whole(f"D{nth}", paid=nth != 3)))
    await tmall.tell(Post("x1", {"order": head("T9") | {"status": "paid"}}))
    await tmall.tell(
        Post("x2", {"order": head("T8") | {"lines": [{"sku": "NOPE", "quantity": 1, "amount": 100}]}})
    )
    await collected(cast.min, await parcel("T2"), "SF2")
    async with served(app.create(settings.load({}), lifespan=[app.live_pages])) as address:
        yield Stage(cast, tmall, douyin, address)
    await tmall.aclose()
    await douyin.aclose()


def head(number: str, minute: int = 0) -> dict[str, Any]:
    return {"number": number, "updated_at": NOON.replace(minute=minute).isoformat()}


def whole(number: str, *, paid: bool, minute: int = 0, quantity: int = 2) -> dict[str, Any]:
    said = {
        "placed_at": NOON.isoformat(),
        "amounts": {"total": 2800 * quantity},
        "lines": [{"sku": "FILTER", "quantity": quantity, "unit_price": 2800}],
        "receiver": {
            "name": "王小明",
            "phone": "13812342046",
            "province": "江苏省",
            "address": "星湖街 1 号",
        },
    }
    return {"order": head(number, minute) | said | ({"status": "paid"} if paid else {})}


async def order(number: str) -> UUID:
    found: UUID = await postgres.fetchval("select id from orders where channel_number = $1", number)
    return found


async def parcel(number: str) -> UUID:
    found: UUID = await postgres.fetchval(
        "select s.id from shipments s join orders o on o.id = s.order_id where o.channel_number = $1 order by s.number",
        number,
    )
    return found


async def go(actor: Actor, subject: UUID, transition: str, **facts: str) -> None:
    (verdict,) = await move([Move(subject=subject, transition=transition, facts=facts)], actor=actor)
    assert verdict.refused is None, verdict


async def collected(actor: Actor, subject: UUID, waybill: str) -> None:
    await go(actor, subject, "pick")
    await go(actor, subject, "pack")
    await go(actor, subject, "collect", waybill=waybill)


async def life_goes_on(stage: Stage) -> None:
    """Everything that can happen to orders happens once, in both shops; the last of it to the orders whose pages are open."""
    cast, tmall = stage.cast, stage.tmall
    for nth, channel in enumerate((tmall, stage.douyin)):
        await channel.tell(Post("n1", whole(f"N{nth}", paid=False)))
        await channel.tell(
            Post("n2", {"order": head(f"N{nth}"), "payments": [{"number": "P1", "amount": 5600}]})
        )
    await splitting.split([splitting.wish(await parcel("N0"), [{1: 1}])], actor=cast.zhou)
    await go(cast.chen, await order("T1"), "cancel")
    await go(cast.chen, await order("D1"), "cancel")
    await go(SYSTEM, await parcel("D0"), "collect")
    await tmall.tell(
        Post("n3", {"order": head("T2", 5), "shipments": [{"waybill": "SF2", "status": "signed"}]})
    )
    await tmall.tell(Post("n4", {"order": head("T2", 6) | {"status": "closed"}}))
    await tmall.tell(Post("n5", whole("T9", paid=False)))
    await tmall.tell(Post("n6", {"order": head("T7")}))
    for waiting in await postgres.fetch(
        "select id from messages where outside_id in ('x2', 'n6') order by id"
    ):
        await replay([waiting["id"]], actor=cast.zhou)
        await go(cast.zhou, waiting["id"], "dismiss", reason="—")
    await tmall.tell(Post("n7", {"order": head("T6") | {"status": "paid"}}))
    right = ReceiverWords(phone="13900002046")
    await correct([Wish(order_id=await order("T0"), receiver=right, remark="放门卫")], actor=cast.he)
    await postgres.execute(
        "update visits set due_at = now() - interval '1 hour' where subject_id = any($1)",
        [await parcel("T0"), await parcel("N0")],
    )
    await due.sweep()
    await counts.fold()
    await go(cast.min, await parcel("T0"), "pick")
    await tmall.tell(Post("n8", {"order": head("T0", 7), "refunds": [{"number": "R1", "amount": 100}]}))
    await collected_later(cast, await parcel("T0"))
    revived, _ = await dead_letter(await order("T3")), await dead_letter(await order("T2"), behind=1)
    await dead_letters.replay([revived], actor=cast.zhou)


async def collected_later(cast: Company, subject: UUID) -> None:
    await go(cast.min, subject, "pack")
    await go(cast.min, subject, "collect", waybill="SF0")
    await go(SYSTEM, subject, "depart")


async def pages_of(login: str) -> list[str]:
    """Every page with live regions that this person may open; of orders one that goes on its way and one that is cancelled."""
    numbers = await postgres.fetch(
        "select number from orders where channel_number in ('T0', 'T1') order by 1"
    )
    orders = [f"/orders/{row['number']}" for row in numbers]
    board = [] if login == "min" else ["/board"]
    messages = ["/messages", "/dead-letters"] if login in ("zhou", "chen", "admin") else []
    # One order. A list of several keeps to the orders that were found, and says nothing of later ones (docs/desk.md).
    desk = ["/desk?q=T0"] if login not in ("min", "qian") else []
    return ["/orders", *orders, "/wall", *board, *messages, *desk]


class Reader:
    """Somebody signed in, on a phone in their language, with pages open that they do not touch."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.watched: list[Watched] = []

    @classmethod
    async def signed_in(cls, stage: Stage, browser: Browser, login: str, lang: str) -> "Reader":
        person = await postgres.fetchval("select id from people where login = $1", login)
        reader = cls(await phone(browser, base_url=stage.address, language=lang))
        cookies = {"session": await open_session(person), "lang": lang}
        await reader.context.add_cookies(
            [{"name": name, "value": value, "url": stage.address} for name, value in cookies.items()]
        )
        return reader

    async def open(self, paths: Sequence[str]) -> None:
        """Open pages, and wait until all of them are live."""
        for path in paths:
            self.watched.append(Watched(await self.context.new_page(), path))
        await asyncio.gather(*(watched.open() for watched in self.watched))

    async def faults(self) -> list[str]:
        """Load every page afresh, and say how the live ones differ, were sent nothing, or asked for themselves."""
        afresh, found = await self.context.new_page(), list[str]()
        for watched in self.watched:
            if said := await difference(watched, afresh):
                found.append(f"{watched.path}:\n{said}")
            if unheard := [name for name in await watched.regions() if name not in watched.fragments]:
                found.append(f"{watched.path}: no fragment of {', '.join(unheard)} came")
            if watched.asked:
                found.append(f"{watched.path} asked for {', '.join(watched.asked)}")
        await self.context.close()
        return found


async def difference(live: Watched, afresh: Page) -> str:
    """Say how a live page differs from one loaded now; a page that is being drawn right now is asked again."""
    said = ""
    for _ in range(20):
        await afresh.goto(live.path)
        wanted, shown = await afresh.evaluate(NORMAL), await live.page.evaluate(NORMAL)
        lines = difflib.unified_diff(
            wanted.split("\n"), shown.split("\n"), "afresh", "live", n=1, lineterm=""
        )
        said = "\n".join(lines)
        if not said:
            break
        await asyncio.sleep(0.1)
    return said


@pytest.mark.parametrize("login", PEOPLE)
async def test_live_pages_are_what_a_reload_shows(login: str, stage: Stage, chromium: Browser) -> None:
    readers = [await Reader.signed_in(stage, chromium, login, lang) for lang in LANGUAGES]
    for reader in readers:
        await reader.open(await pages_of(login))
    await life_goes_on(stage)
    assert [await reader.faults() for reader in readers] == [[], []]


async def test_narrowed_pages_are_what_a_reload_shows(stage: Stage, chromium: Browser) -> None:
    reader = await Reader.signed_in(stage, chromium, "chen", "en")
    await reader.open([path.format(tmall=stage.cast.tmall) for path in FILTERS])
    await life_goes_on(stage)
    assert await reader.faults() == []


async def test_a_buyers_page_is_what_a_reload_shows(stage: Stage, chromium: Browser) -> None:
    order_id = await order("T0")
    async with postgres.transaction() as tx:
        link = await links.of(tx, order_id)
    readers = [Reader(await phone(chromium, base_url=stage.address, language=lang)) for lang in LANGUAGES]
    for reader in readers:
        await reader.open([f"/t/{links.token(link)}"])
    await life_goes_on(stage)
    assert [await reader.faults() for reader in readers] == [[], []]
