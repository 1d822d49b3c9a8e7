"""A change that nobody recorded cannot exist: `verify` finds each kind of tampering."""

from pathlib import Path
from uuid import UUID

import pytest

from orderhub.kernel import ledger, postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.moves import Move, move
from orderhub.proof import anchor, columns, erasure
from orderhub.proof.verify import verify
from tests.placed import draft, placed, shipment_of, shop

pytestmark = [pytest.mark.every_server, pytest.mark.usefixtures("clean")]


@pytest.fixture
async def order(clean: str) -> UUID:
    """An order on its way, with several entries in its stream."""
    place = await shop()
    order, other = await placed([draft(place, "A"), draft(place, "B")])
    for one in (order, other):
        await move([Move(subject=await shipment_of(one), transition="collect")], actor=SYSTEM)
    async with postgres.transaction() as tx:
        await ledger.record(tx, stream="settings", action="tried", actor=SYSTEM)
    return order


async def tamper(sql: str, *args: object) -> None:
    """Change the database behind the hub's back, as somebody with psql and all rights could."""
    async with postgres.transaction() as tx:
        await tx.execute("set local session_replication_role = replica")
        await tx.execute(sql, *args)


async def found(anchors: Path | None = None) -> set[str]:
    return {finding.what for finding in (await verify(anchors)).findings}


async def test_a_database_nobody_touched_has_no_findings(order: UUID, tmp_path: Path) -> None:
    await anchor.take(tmp_path)
    await move([Move(subject=await shipment_of(order), transition="sign")], actor=SYSTEM)
    await anchor.take(tmp_path)
    report = await verify(tmp_path)
    assert (report.findings, report.anchors, report.streams) == ([], 2, 5)


async def test_the_ledger_refuses_to_be_changed(order: UUID) -> None:
    for sql in ("update ledger set body = '{}'", "delete from ledger", "truncate ledger"):
        with pytest.raises(Exception, match="append-only"):
            await postgres.execute(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "update ledger set body = replace(body, 'opened', 'closed') where stream = $1 and seq = 1",
        """update ledger l set body = o.body, digest = o.digest from ledger o
           where l.stream = $1 and o.stream = $1 and l.seq in (2, 3) and o.seq = 5 - l.seq""",
    ],
    ids=["edited", "reordered"],
)
async def test_an_entry_edited_or_reordered_is_found(order: UUID, sql: str) -> None:
    await tamper(sql, f"subject:{order}")
    assert "an entry is not the one that was written" in await found()


async def test_an_entry_deleted_or_inserted_is_found(order: UUID) -> None:
    await tamper("delete from ledger where stream = $1 and seq = 2", f"subject:{order}")
    assert "an entry is missing, or one too many" in await found()
    await tamper(
        """insert into ledger (stream, seq, at, body, digest)
           select stream, 2, at, body, digest from ledger where stream = $1 and seq = 1""",
        f"subject:{order}",
    )
    assert "an entry is not the one that was written" in await found()


async def test_a_truncated_stream_is_found(order: UUID) -> None:
    await tamper("delete from ledger where stream = 'settings'")
    assert await found() == {"it has no ledger entry at all"}
    await tamper("delete from ledger where stream = $1 and seq > 3", f"subject:{order}")
    assert "the end of the stream is missing, or not ours" in await found()


async def test_a_truncated_stream_with_its_head_set_back_is_found_by_the_anchor(
    order: UUID, tmp_path: Path
) -> None:
    async with postgres.transaction() as tx:
        await ledger.record(tx, stream="settings", action="tried again", actor=SYSTEM)
    await anchor.take(tmp_path)
    await tamper("delete from ledger where stream = 'settings' and seq = 2")
    await tamper(
        """update ledger_heads h set seq = 1, digest = l.digest from ledger l
           where l.stream = h.stream and h.stream = 'settings'"""
    )
    assert await found() == set()
    assert await found(tmp_path) == {"the stream is not the one that was anchored"}


@pytest.mark.parametrize(
    "sql",
    [
        "update orders set total_minor = total_minor - 100, goods_minor = goods_minor - 100 where id = $1",
        "update order_lines set quantity = 9 where order_id = $1",
        "delete from order_lines where order_id = $1",
        "update subjects set shop_id = 77 where id = $1",
        "update shipments set waybill = 'SF-OTHER' where order_id = $1",
    ],
)
async def test_a_tracked_column_changed_with_psql_is_found(order: UUID, sql: str) -> None:
    await tamper(sql, order)
    assert "a column is not what was last recorded" in await found()


async def test_a_stage_set_by_hand_is_found(order: UUID) -> None:
    await tamper("update subjects set stage = 'signed' where id = $1", order)
    assert await found() >= {
        "a column is not what was last recorded",
        "a subject without exactly one open visit in its stage",
        "a board count is not what stands there",
    }


async def test_a_count_of_late_ones_set_by_hand_is_found(order: UUID) -> None:
    await tamper("update subjects set late = 1 where id = $1", order)
    assert await found() == {"a subject that counts its late visits wrongly"}


async def test_a_money_row_removed_by_hand_is_found(order: UUID) -> None:
    await tamper("delete from order_money where order_id = $1", order)
    assert await found() == {"the money of an order is not the sum of its rows"}


async def test_a_whole_subject_deleted_with_entries_and_head_is_found_by_the_anchor(
    order: UUID, tmp_path: Path
) -> None:
    await anchor.take(tmp_path)
    shipment = await shipment_of(order)
    for table in (
        "shipment_lines where shipment_id",
        "shipments where id",
        "subjects where id",
        "visits where subject_id",
    ):
        await tamper(f"delete from {table} = $1", shipment)
    await tamper("delete from ledger where stream = $1", f"subject:{shipment}")
    await tamper("delete from stage_deltas")
    assert "a stream was deleted with everything it held" in await found(tmp_path)


async def test_a_domain_row_deleted_under_its_subject_is_found(order: UUID) -> None:
    await tamper("delete from shipments where order_id = $1", order)
    assert "its row was deleted" in await found()


async def test_an_anchor_altered_or_removed_is_found(order: UUID, tmp_path: Path) -> None:
    first = await anchor.take(tmp_path)
    second = await anchor.take(tmp_path)
    kept = first.read_bytes()
    first.write_bytes(kept[:-10])
    assert any("was altered" in what for what in await found(tmp_path))
    first.write_bytes(kept)
    assert await found(tmp_path) == set()
    second.unlink()
    assert await found(tmp_path) == {"anchor 2 is missing"}


async def test_a_value_of_a_person_altered_apart_from_its_entry_is_found(order: UUID) -> None:
    altered = """update personal_values set value = replace(value, '王', '李')
                 where root_id = $1 and value like '%王%' returning id"""
    await tamper(altered, order)
    assert "a column is not what was last recorded" in await found()


async def test_values_of_persons_that_lie_in_rows_of_their_own_are_compared_too() -> None:
    """As all did before the values of one entry came to lie in one row."""
    salt, said = b"salt" * 4, {"personal": "5f0c", "digest": ledger.personal_digest("王小明", b"salt" * 4)}
    brackets = {"5f0c": {"value": "[" * 2000, "salt": salt}}
    told = said | {"digest": ledger.personal_digest("[" * 2000, salt)}
    assert columns._same("remark", told, "[" * 2000, brackets)
    for name, same in (("王小明", True), ("李四", False)):
        kept = {"5f0c": {"value": "王小明", "salt": salt}}
        assert columns._same("receiver.name", said, name, kept) is same
    assert columns._same("receiver.name", said, "whoever", {})  # erased


async def test_an_erased_order_still_verifies_and_holds_no_name(order: UUID, tmp_path: Path) -> None:
    assert await erasure.erase([order], actor=SYSTEM, why="asked by the buyer") == 1
    assert await found() == set()
    names = await postgres.fetch(
        """select 'values' from personal_values where root_id = $1
           union all select 'keys' from personal_keys where owner_id = $1
           union all select 'receivers' from receivers where order_id = $1""",
        order,
    )
    assert names == []
