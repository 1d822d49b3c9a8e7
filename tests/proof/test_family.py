"""One order and its parcels, proved by themselves; and the anchor that took one stream's head out of the machine."""

from pathlib import Path
from uuid import UUID

import pytest

from orderhub.kernel import clock, postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.moves import Move, move
from orderhub.proof import anchor
from orderhub.proof.covering import Covered, cover
from orderhub.proof.family import Family, prove
from tests.placed import draft, placed, shipment_of, shop
from tests.proof.test_verify import tamper

pytestmark = pytest.mark.usefixtures("clean")


async def proved(order: UUID, *also: str) -> Family:
    async with postgres.transaction(snapshot=True) as tx:
        return await prove(tx, order, also=also)


async def covered(folder: Path | None, stream: str, seq: int, *known: int) -> Covered:
    async with postgres.transaction(snapshot=True) as tx:
        at = await tx.fetchval("select at from ledger where stream = $1 and seq = $2", stream, seq)
        return await cover(tx, folder, heads={stream: (seq, at or clock.now())}, known=known)


@pytest.fixture
async def order(clean: str) -> UUID:
    (order,) = await placed([draft(await shop())])
    return order


async def test_an_order_nobody_touched_holds_with_its_parcel(order: UUID) -> None:
    family = await proved(order)
    assert set(family.entries) == {f"subject:{order}", f"subject:{await shipment_of(order)}"}
    assert (family.chain, family.columns) == ([], [])
    assert all(
        family.digest_at(stream, seq) == digest and family.digest_at(stream, seq + 1) is None
        for stream, (seq, digest) in family.heads.items()
    )


async def test_what_is_done_to_another_order_is_not_this_ones_fault(order: UUID) -> None:
    (other,) = await placed([draft(await shop("别的店"), "B")])
    await tamper("update orders set remark = 'x' where id = $1", other)
    await tamper("update ledger set body = '{}' where stream = $1", f"subject:{other}")
    assert ((await proved(order)).chain, (await proved(order)).columns) == ([], [])
    found = await proved(other)
    assert {finding.what for finding in found.chain} == {"an entry is not the one that was written"}


async def test_a_parcel_hung_under_another_order_is_missed(order: UUID) -> None:
    (other,) = await placed([draft(await shop("别的店"), "B")])
    parcel = await shipment_of(order)
    await tamper("update subjects set root_id = $1 where id = $2", other, parcel)
    assert [f.what for f in (await proved(order)).chain] == ["it belongs to another one now"]


async def test_an_order_that_is_gone_is_missed(order: UUID) -> None:
    parcel = f"subject:{await shipment_of(order)}"
    await tamper("delete from ledger where root_id = $1", order)
    await tamper("delete from subjects where root_id = $1", order)
    family = await proved(order, parcel)
    assert {finding.where for finding in family.chain} == {f"subject:{order}", parcel}
    assert [finding.what for finding in family.columns] == ["its row was deleted"]


async def test_the_earliest_anchor_that_holds_a_head_is_found(order: UUID, tmp_path: Path) -> None:
    stream = f"subject:{await shipment_of(order)}"
    assert (await covered(tmp_path, stream, 1)).covers == {}
    await anchor.take(tmp_path)
    await move([Move(subject=await shipment_of(order), transition="collect")], actor=SYSTEM)
    await anchor.take(tmp_path)
    await anchor.take(tmp_path)
    first, second = await covered(tmp_path, stream, 1), await covered(tmp_path, stream, 2)
    assert [first.covers[stream].number, second.covers[stream].number] == [1, 2]
    assert (first.missing, second.missing) == ([], [])


async def test_an_anchor_that_is_gone_or_altered_is_missed(order: UUID, tmp_path: Path) -> None:
    stream = f"subject:{order}"
    path = await anchor.take(tmp_path)
    kept = path.read_bytes()
    assert (await covered(None, stream, 1, 1)).missing == [1]
    path.write_bytes(kept[:-9])
    assert (await covered(tmp_path, stream, 1)).missing == [1]
    path.unlink()
    assert (await covered(tmp_path, stream, 1)).missing == [1]
    path.write_bytes(kept)
    await postgres.execute("update anchors set digest = '\\x00'")
    assert (await covered(tmp_path, stream, 1)).missing == [1]
