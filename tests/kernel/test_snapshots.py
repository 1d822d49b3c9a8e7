"""Snapshots and their numbers."""

from orderhub.kernel import postgres, snapshots
from orderhub.kernel.snapshots import Snapshot
from tests.subjects_by_hand import open_subject


async def test_a_reading_answers_from_one_moment(clean: str) -> None:
    elsewhere = await postgres.connect()
    async with snapshots.reading() as reading:
        before = await reading.tx.fetchval("select count(*) from write_keys")
        await elsewhere.execute("insert into write_keys values ('test', 'key', '', null, null, now())")
        assert await reading.tx.fetchval("select count(*) from write_keys") == before
    await elsewhere.close()


async def test_the_number_grows_with_every_commit(clean: str) -> None:
    first = await _snapshot()
    await open_subject()
    assert (await _snapshot()).number > first.number


async def test_a_transaction_in_progress_counts_when_it_ends(clean: str) -> None:
    elsewhere = await postgres.connect()
    await elsewhere.execute("begin")
    xid = int(await elsewhere.fetchval("select pg_current_xact_id()::text"))
    during = await _snapshot()
    await elsewhere.execute("commit")
    await elsewhere.close()
    after = await _snapshot()
    assert (during.holds(xid), after.holds(xid)) == (False, True)
    assert after.number > during.number


async def test_a_version_names_the_database(clean: str) -> None:
    async with snapshots.reading() as reading:
        assert reading.version == f"{postgres.identity()}.{reading.snapshot.number}"
        assert snapshots.number_of(reading.version) == reading.snapshot.number


async def test_the_version_of_another_database_is_worth_nothing(clean: str) -> None:
    for strange in ("", "7", "0123456789ab.7", f"{postgres.identity()}.", f"{postgres.identity()}.-1"):
        assert snapshots.number_of(strange) == 0


async def _snapshot() -> Snapshot:
    async with snapshots.reading() as reading:
        return reading.snapshot
