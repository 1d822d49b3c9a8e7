"""Who looks while much happens: managers before the board, the floor before its walls, service before single orders; in two
languages, of several reaches. Each kind of page is rendered afresh at the end, to compare.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from orderhub.accounts import sessions
from orderhub.kernel import postgres, views
from orderhub.kernel.actors import Actor
from tests.bench.crowd import Page, read
from tests.bench.houses import House

BOARD = ("board.counts", "board.moves", "board.late")
WALL = ("wall.cards?role=warehouse",)

_SOCKETS_A_SESSION = 16


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of page: whose, in which language, and how many of a hundred; without ``watch`` each shows another order."""

    person: int
    role: str
    lang: str
    share: int
    watch: tuple[str, ...] = ()
    shops: tuple[int, ...] | None = None
    warehouses: tuple[int, ...] | None = None

    @property
    def actor(self) -> Actor:
        """Who they are at the edge."""
        return Actor(
            kind="person",
            id=f"person:{self.person}",
            name=f"员工 {self.person}",
            roles=frozenset({self.role}),
            shops=None if self.shops is None else frozenset(self.shops),
            warehouses=None if self.warehouses is None else frozenset(self.warehouses),
        )


PARTS = (
    Part(person=2, role="manager", lang="zh-CN", share=40, watch=BOARD),
    Part(person=2, role="manager", lang="en", share=20, watch=BOARD),
    Part(person=3, role="manager", lang="zh-CN", share=10, watch=BOARD, shops=(1, 7), warehouses=(1,)),
    Part(person=4, role="warehouse", lang="zh-CN", share=15, watch=WALL, warehouses=(1,)),
    Part(person=5, role="warehouse", lang="en", share=10, watch=WALL, warehouses=(2,)),
    Part(person=6, role="service", lang="zh-CN", share=5),
)


class Seat(msgspec.Struct, frozen=True):
    """One page of a part, with what it watches."""

    part: Part
    page: Page


async def seats(house: House, count: int, orders: Sequence[UUID]) -> list[Seat]:
    """Sign everybody in and return the pages they open; one who serves looks at one of the ``orders``."""
    found = list[Seat]()
    for part in PARTS:
        with house.entered():
            await postgres.execute(
                "update people set roles = $2, shops = $3, warehouses = $4 where id = $1",
                *(part.person, [part.role], part.shops, part.warehouses),
            )
        many = count * part.share // 100
        for nth, cookie in enumerate(await _cookies(house, part, many)):
            order = orders[nth % len(orders)]
            found.append(Seat(part, Page(cookie, list(part.watch) or _of(order))))
    return found


async def afresh(house: House, seats: Sequence[Seat]) -> dict[tuple[Part, str], dict[str, str]]:
    """Render what is watched as it is now: for each part and word for a region its id and the digest of its text."""
    found = dict[tuple[Part, str], dict[str, str]]()
    for seat in seats:
        for asked in seat.page.watch:
            if (seat.part, asked) in found:
                continue
            key = views.key(asked, seat.part.actor, seat.part.lang)
            assert key is not None, f"{asked} is not theirs"
            with house.entered():
                name, digest = read((await views.render(key)).html.encode())
            found[seat.part, asked] = {name: digest}
    return found


def _of(order: UUID) -> list[str]:
    return [f"order.head?order={order}", f"order.children?order={order}"]


async def _cookies(house: House, part: Part, many: int) -> list[str]:
    made = list[str]()
    for _ in range(-(-many // _SOCKETS_A_SESSION)):
        with house.entered():
            async with postgres.transaction() as tx:
                made.append(
                    await sessions.open_session(tx, part.person, device="bench", agent="bench", ip=None)
                )
    return [f"session={made[nth // _SOCKETS_A_SESSION]}; lang={part.lang}" for nth in range(many)]
