"""The public check: an order nobody touched holds, and whatever is done to it with psql shows, each in its place."""

import re
from pathlib import Path
from uuid import UUID

import pytest

from orderhub.kernel import ledger, postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.ledger import GENESIS
from orderhub.kernel.moves import Move, move
from orderhub.proof import anchor, erasure
from tests.dossier.held import WAYBILL, Held, checked, dossier_of, eventful_order, page
from tests.proof.test_verify import tamper

pytestmark = pytest.mark.usefixtures("clean")

ALL_YES = {"chain": "Yes", "head": "Yes", "columns": "Yes", "anchor": "Yes", "holds": "Yes"}


@pytest.fixture
async def held(clean: str, anchors: Path) -> Held:
    """A dossier that an anchor covers."""
    order = await eventful_order()
    await anchor.take(anchors)
    return await dossier_of(order)


def no(*names: str) -> dict[str, str]:
    return ALL_YES | dict.fromkeys((*names, "holds"), "No")


async def test_a_dossier_nobody_touched_holds(held: Held) -> None:
    assert await checked(held) == ALL_YES
    assert await checked(held, lang="zh-CN") == dict.fromkeys(ALL_YES, "是") | {"holds": "Yes"}


async def test_it_still_holds_when_the_order_has_moved_on(held: Held) -> None:
    before = await page(held)
    parcel = await parcel_on_its_way(held.order)
    (verdict,) = await move([Move(subject=parcel, transition="sign")], actor=SYSTEM)
    assert verdict.refused is None
    assert await checked(held) == ALL_YES
    assert (await page(held)).count('class="qty"') == before.count('class="qty"')


async def test_it_still_holds_when_the_person_was_erased(held: Held) -> None:
    assert await erasure.erase([held.order], actor=SYSTEM, why="asked by the buyer") == 1
    assert await checked(held) == ALL_YES


@pytest.mark.parametrize(
    "sql",
    [
        "update orders set total_minor = total_minor - 100, goods_minor = goods_minor - 100 where id = $1",
        "update orders set placed_at = placed_at - interval '1 day' where id = $1",
        "update order_lines set name = '别的东西' where order_id = $1",
        "delete from order_lines where order_id = $1",
        "update shipments set waybill = 'SF-OTHER' where order_id = $1",
        "update subjects set stage = 'signed' where id = $1",
    ],
)
async def test_an_order_altered_in_the_database_by_hand_fails(held: Held, sql: str) -> None:
    await tamper(sql, held.order)
    assert await checked(held) == no("columns")


@pytest.mark.parametrize(
    "sql",
    [
        "update ledger set body = replace(body, '王', '李') || ' ' where stream = $1 and seq = 1",
        "delete from ledger where stream = $1 and seq = 2",
        "delete from ledger where stream = $1 and seq > 1",
        """update ledger l set body = o.body, digest = o.digest from ledger o
           where l.stream = $1 and o.stream = $1 and l.seq in (2, 3) and o.seq = 5 - l.seq""",
    ],
    ids=["edited", "one deleted", "cut short", "reordered"],
)
async def test_entries_altered_or_deleted_fail(held: Held, sql: str) -> None:
    await tamper(sql, f"subject:{held.order}")
    found = await checked(held)
    assert found == no("chain", "head", "anchor") | {"columns": found["columns"]}


async def test_an_entry_that_is_no_longer_readable_is_shown_as_such(held: Held) -> None:
    await tamper("update ledger set body = '{' where stream = $1 and seq = 1", f"subject:{held.order}")
    assert (await checked(held))["chain"] == "No"
    assert "can no longer be read" in await page(held)


async def test_entries_written_after_the_dossier_and_deleted_fail(held: Held) -> None:
    parcel = await parcel_on_its_way(held.order)
    (verdict,) = await move([Move(subject=parcel, transition="sign")], actor=SYSTEM)
    assert verdict.refused is None
    last = "select max(seq) from ledger where stream = $1"
    await tamper(f"delete from ledger where stream = $1 and seq = ({last})", f"subject:{parcel}")
    assert await checked(held) == no("chain", "columns")


async def test_a_head_altered_by_hand_fails(held: Held) -> None:
    await tamper("update subjects set head_digest = '\\x00' where id = $1", held.order)
    assert await checked(held) == no("chain")


async def test_a_past_rewritten_by_somebody_with_every_key_fails(held: Held) -> None:
    """Whoever has the root key can make a chain that holds in itself; paper and anchor still know the former one."""
    stream, previous = f"subject:{held.order}", GENESIS
    rows = await postgres.fetch("select seq, body from ledger where stream = $1 order by seq", stream)
    for row in rows:
        body = row["body"].replace('"OrderHub"', '"Somebody"')
        previous = ledger.digest(stream, row["seq"], previous, body.encode())
        change = "update ledger set body = $3, digest = $4 where stream = $1 and seq = $2"
        await tamper(change, stream, row["seq"], body, previous)
    await tamper("update subjects set head_digest = $2 where id = $1", held.order, previous)
    assert await checked(held) == no("head", "anchor")


async def test_a_parcel_deleted_with_everything_it_had_fails(held: Held) -> None:
    parcel = await parcel_on_its_way(held.order)
    for table in ("shipment_lines where shipment_id", "shipments where id", "visits where subject_id"):
        await tamper(f"delete from {table} = $1", parcel)
    await tamper("delete from subjects where id = $1", parcel)
    await tamper("delete from ledger where stream = $1", f"subject:{parcel}")
    assert await checked(held) == no("chain", "head", "anchor")


@pytest.mark.parametrize("with_record", [False, True], ids=["order alone", "the dossier's record too"])
async def test_a_whole_order_deleted_fails(held: Held, with_record: bool) -> None:
    path = held.path
    await tamper("delete from ledger where root_id = $1", held.order)
    for table in ("order_lines", "order_money", "shipments", "receivers"):
        await tamper(f"delete from {table} where order_id = $1", held.order)
    await tamper("delete from subjects where root_id = $1", held.order)
    await tamper("delete from orders where id = $1", held.order)
    if with_record:
        await tamper("delete from dossiers where order_id = $1", held.order)
    expected = no("chain", "head", "columns", "anchor")
    assert await checked(path) == expected | ({"anchor": "Not known yet"} if with_record else {})


@pytest.mark.parametrize(
    "sql",
    [
        "delete from dossiers where order_id = $1",
        "update dossiers set digest = '\\x00' where order_id = $1",
        "update dossiers set seq = seq - 1 where order_id = $1",
        "update ledger set body = replace(body, $1::text, $1::text || ' ') where stream = 'access'",
        "delete from ledger where stream = 'access' and $1::uuid is not null",
    ],
)
async def test_a_dossier_whose_own_record_was_altered_fails(held: Held, sql: str) -> None:
    await tamper(sql, str(held.order) if "$1::text" in sql else held.order)
    found = await checked(held)
    assert (found["head"], found["holds"]) == ("No", "No")


async def test_before_the_first_anchor_it_holds_and_says_that_none_covers_it(anchors: Path) -> None:
    held = await dossier_of(await eventful_order(), lang="en")
    assert "No anchor holds these digests, and none is planned" in held.text
    assert await checked(held) == ALL_YES | {"anchor": "Not known yet"}
    await anchor.take(anchors)
    assert await checked(held) == ALL_YES


async def test_it_says_when_the_next_anchor_comes(anchors: Path) -> None:
    await postgres.execute(
        "insert into recurring_jobs (name, next_at) values ('anchor.take', '2026-12-01 20:00:00+00')"
    )
    held = await dossier_of(await eventful_order(), lang="en")
    assert "The next daily anchor: 2026-12-02 04:00:00" in held.text
    assert "The next one: 2026-12-02 04:00:00" in await page(held)


async def test_an_anchor_that_is_gone_or_altered_fails(held: Held, anchors: Path) -> None:
    (path,) = anchors.iterdir()
    kept = path.read_bytes()
    path.write_bytes(kept[:-9])
    assert await checked(held) == no("anchor")
    path.unlink()
    assert await checked(held) == no("anchor")
    await postgres.execute("delete from anchors")
    assert await checked(held) == no("anchor")


async def test_a_parcel_whose_data_were_altered_before_the_dossier_is_made_is_told_on_the_paper() -> None:
    order = await eventful_order()
    await tamper("update shipments set waybill = 'SF-OTHER' where order_id = $1", order)
    held = await dossier_of(order, lang="en")
    assert "the order's record did not hold" in held.text.replace("\n", " ")
    assert (await checked(held))["columns"] == "No"


async def test_in_public_nobody_is_named_and_waybills_are_masked(held: Held) -> None:
    shown = await page(held, lang="zh-CN")
    assert "陈**" in shown
    for secret in ("陈小姐", "王小明", "13812342046", "138****2046", WAYBILL, "星湖街", "李四", "要分开寄"):
        assert secret not in shown, secret
    assert "****4471" in shown
    assert held.number in shown


async def test_paper_and_page_have_the_same_entries(held: Held) -> None:
    shown = await page(held, lang="zh-CN")
    names = [part.split("<")[0] for part in shown.split('<span class="qty">')[1:]]
    assert names[0] == "A1"
    assert {"A1", "B1", "C1"} <= set(names)
    assert [name for name in names if not re.search(rf"\b{name}\b", held.text)] == []


async def parcel_on_its_way(order: UUID) -> UUID:
    found = await postgres.fetchval(
        "select id from shipments where order_id = $1 and waybill is not null", order
    )
    assert isinstance(found, UUID)
    return found
