"""Erased is erased: neither tables nor a backup hold the person, in clear or under a key that is still there."""

import io
import zipfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from cryptography.exceptions import InvalidTag

from orderhub import house as house
from orderhub.intake import erasing
from orderhub.intake.replay import replay
from orderhub.kernel import personal, postgres, secrets
from orderhub.kernel.actors import SYSTEM, Actor
from orderhub.kernel.moves import Move, move
from orderhub.orders import receivers
from orderhub.orders.correcting import ReceiverWords, Wish, correct
from orderhub.proof import erasure
from orderhub.proof.verify import verify
from orderhub.storage import backup, contents
from tests.promises.channel import Channel, Post, goods
from tests.promises.stories import NOON

pytestmark = [pytest.mark.every_server, pytest.mark.usefixtures("clean")]

XIAOHE = Actor(kind="person", id="person:2", name="小禾", roles=frozenset({"service", "operations"}))
NUMBER = "69334102887051"
NAME, PHONE, STREET = "欧阳静怡", "13787654321", "星海街 7 号"
NEW_NAME, NEW_PHONE = "欧阳静", "13712345678"
TRACES = (NAME, PHONE, STREET, NEW_NAME, NEW_PHONE, "4321")
LINES = [{"sku": "FILTER", "name": "FILTER", "quantity": 2, "unit_price": 2800}]


def told(minute: int, *, number: str = NUMBER, **said: Any) -> dict[str, Any]:
    """The whole order as the channel tells it, with the person in it."""
    order = {
        "number": number,
        "updated_at": NOON.replace(minute=minute).isoformat(),
        "amounts": {"total": 5600},
        "lines": LINES,
        "receiver": {"name": NAME, "phone": PHONE, "province": "江苏省", "address": STREET},
        "remark": f"找{NAME}，打{PHONE}",
    }
    return {"order": order | said}


PAID = told(1, status="paid")
PARCEL = told(5) | {"shipments": [{"waybill": "SF1", "status": "collected"}]}
UNKNOWN_SKU = told(2, lines=[{"sku": "NOPE", "quantity": 1, "unit_price": 5600}])
TOO_MUCH_BACK = {"order": told(3)["order"] | {"amounts": None, "lines": None}} | {
    "refunds": [{"number": "R1", "amount": 9900}]
}


class Scene(Channel):
    """A channel that has told everything there is about one order, and a desk that corrected it."""

    async def tell_everything(self) -> UUID:
        for nth, said in enumerate((told(0), PAID, UNKNOWN_SKU, TOO_MUCH_BACK)):
            await self.tell(Post(f"m{nth}", said))
        order: UUID = await postgres.fetchval("select id from orders")
        right = ReceiverWords(name=NEW_NAME, phone=NEW_PHONE)
        (verdict,) = await correct(
            [Wish(order_id=order, receiver=right, remark=f"改打{NEW_PHONE}")], actor=XIAOHE
        )
        assert verdict.refused is None
        return order


async def everything() -> bytes:
    """Every row of every table, as COPY writes it."""
    said = io.BytesIO()
    async with postgres.transaction(snapshot=True) as tx:
        for table in await contents.tables(tx):
            await tx.connection.copy_from_query(table.query, output=said, format="text", encoding="utf8")
    return said.getvalue()


async def opened() -> Iterator[bytes]:
    """Whatever is sealed anywhere and can still be opened, by any key that the database and the root key give."""
    async with postgres.transaction() as tx:
        owners = [row["owner_id"] for row in await tx.fetch("select owner_id from personal_keys")]
        keys = [*(await personal.known_keys(tx, owners)).values(), secrets.derive("dossiers")]
        sealed = [
            bytes(value)
            for table, column in await _sealed_columns(tx)
            for (value,) in await tx.fetch(f'select "{column}" from "{table}" where length("{column}") > 28')
        ]
    return filter(None, (_tried(value, key) for value, key in product(sealed, keys)))


def _tried(value: bytes, key: bytes) -> bytes | None:
    try:
        return secrets.decrypt(value, key=key)
    except InvalidTag:
        return None


async def _sealed_columns(tx: postgres.Transaction) -> list[tuple[str, str]]:
    rows = await tx.fetch(
        """select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
           where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
               and a.atttypid = 'bytea'::regtype and a.attnum > 0"""
    )
    return [(row["relname"], row["attname"]) for row in rows]


def holds_person(text: bytes) -> list[str]:
    """Which traces of the person stand in a text, as such or as JSON may write them."""
    spellings = {
        trace: {trace.encode(), msgspec.json.encode(trace)[1:-1], _escaped(trace)} for trace in TRACES[:5]
    }
    return [trace for trace, written in spellings.items() if any(one in text for one in written)]


def _escaped(trace: str) -> bytes:
    return trace.encode("unicode_escape")


async def traces() -> list[str]:
    """Where the person can still be found: in tables in clear, or sealed under a key that is still there."""
    return holds_person(await everything()) + [
        trace for text in await opened() for trace in holds_person(text)
    ]


async def test_before_the_erasure_the_person_is_there_and_this_test_would_see_it() -> None:
    async with await Scene.of_a_new_shop(await goods()) as scene:
        await scene.tell_everything()
    in_clear, sealed = (
        holds_person(await everything()),
        [text for text in await opened() if holds_person(text)],
    )
    assert set(in_clear) == {NAME, PHONE, STREET, NEW_NAME, NEW_PHONE}
    assert len(sealed) >= 6  # four messages, the docket, the receiver, the correction


async def test_after_the_erasure_neither_tables_nor_a_backup_hold_the_person(tmp_path: Path) -> None:
    async with await Scene.of_a_new_shop(await goods()) as scene:
        order = await scene.tell_everything()
        assert await erasure.erase([order], actor=SYSTEM, why="asked for by the buyer") == 1
    assert await traces() == []
    await backup.write(tmp_path / "backup.zip")
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        assert [name for name in archive.namelist() if holds_person(archive.read(name))] == []
    row = await postgres.fetchrow(
        "select o.total_minor, o.paid_minor, s.stage from orders o join subjects s using (id)"
    )
    assert tuple(row or ()) == (5600, 5600, "allocated")
    assert (await verify()).findings == []


async def test_erasing_twice_is_erasing_once() -> None:
    async with await Scene.of_a_new_shop(await goods()) as scene:
        order = await scene.tell_everything()
        for _ in range(2):
            await erasure.erase([order], actor=SYSTEM, why="asked for by the buyer")
    assert await traces() == []
    assert (await verify()).findings == []


async def test_what_is_told_later_moves_the_order_and_does_not_bring_the_person_back() -> None:
    async with await Scene.of_a_new_shop(await goods()) as scene:
        order = await scene.tell_everything()
        await erasure.erase([order], actor=SYSTEM, why="asked for by the buyer")
        await scene.tell(Post("m7", PARCEL))
        await scene.tell(
            Post("m8", told(9, receiver={"name": NEW_NAME, "phone": NEW_PHONE}, status="closed"))
        )
        await scene.tell(Post("m9", told(9) | {"refunds": [{"number": "R2", "amount": 100}]}))
    row = await postgres.fetchrow(
        "select o.paid_minor, o.refunded_minor, o.remark, s.stage from orders o join subjects s using (id)"
    )
    assert tuple(row or ()) == (5600, 100, "", "collected")
    async with postgres.transaction() as tx:
        assert await receivers.unseal(tx, [order]) == {}
    assert await traces() == []
    assert (await verify()).findings == []


async def test_a_later_message_that_waits_can_be_read_until_it_waits_no_more() -> None:
    async with await Scene.of_a_new_shop(await goods()) as scene:
        order = await scene.tell_everything()
        await erasure.erase([order], actor=SYSTEM, why="asked for by the buyer")
        for nth, said in enumerate((UNKNOWN_SKU, told(9, lines=UNKNOWN_SKU["order"]["lines"])), start=7):
            await scene.tell(Post(f"m{nth}", said))
        first, second = await postgres.fetch(
            "select id from messages where outside_id in ('m7', 'm8') order by id"
        )
        assert [text for text in await opened() if holds_person(text)]
        await postgres.execute(
            "insert into listings (shop_id, outside_sku, sku_id, quantity) select $1, 'NOPE', min(id), 1 from skus",
            scene.shop_id,
        )
        (outcome,) = await replay([first["id"]], actor=XIAOHE)
        assert outcome.state == "applied"
        await move([Move(subject=second["id"], transition="dismiss", why="asked for")], actor=XIAOHE)
    assert await traces() == []
    assert (await verify()).findings == []


async def test_messages_of_an_order_that_never_came_are_erased_too() -> None:
    async with await Scene.of_a_new_shop(await goods()) as scene:
        alone = told(0, lines=None, amounts=None)
        await scene.tell(Post("m0", alone))
        docket = await postgres.fetchval("select id from dockets")
        assert await erasing.erase_unfounded([docket], actor=SYSTEM, why="asked for by the buyer") == 1
        assert await traces() == []
        await scene.tell(Post("m1", told(5)))
    assert await postgres.fetchval("select count(*) from receivers") == 0
    assert await traces() == []
    assert (await verify()).findings == []
