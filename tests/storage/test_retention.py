"""What is old enough is let go, what is still needed stays, and the next months have their partitions."""

from datetime import UTC, datetime, timedelta

import pytest

from orderhub.kernel import clock, counts, ledger, postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.storage import retention

pytestmark = pytest.mark.usefixtures("clean")

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def test_write_keys_are_forgotten_after_ninety_days() -> None:
    await postgres.execute(
        """insert into write_keys (scope, key, digest, at)
           select 'shop:1', n::text, '', $1::timestamptz - n * interval '1 day' from generate_series(85, 2500) n""",
        NOW,
    )
    with clock.frozen(NOW):
        assert await retention.forget_keys() == 2410
        assert await retention.forget_keys() == 0
    kept = await postgres.fetch("select key from write_keys order by key")
    assert [row["key"] for row in kept] == ["85", "86", "87", "88", "89", "90"]


async def test_sent_letters_are_forgotten_after_thirty_days_and_unsent_ones_never() -> None:
    old, recent = NOW - timedelta(days=31), NOW - timedelta(days=29)
    await postgres.execute(
        """insert into outbox (id, destination, subject_id, topic, body, created_at, next_at, sent_at, dead_at)
           select gen_random_uuid(), 'test:1', gen_random_uuid(), topic, '{}', $1, $1, sent_at, dead_at
           from (values ('sent', $1, null), ('sent lately', $2, null), ('dead', null, $1), ('waiting', null, null))
               as x (topic, sent_at, dead_at)""".replace("$1, null)", "$1::timestamptz, null::timestamptz)"),
        *(old, recent),
    )
    with clock.frozen(NOW):
        assert await retention.forget_letters() == 1
    kept = await postgres.fetch("select topic from outbox order by topic")
    assert [row["topic"] for row in kept] == ["dead", "sent lately", "waiting"]


async def test_counts_by_half_hours_are_forgotten_after_a_week_and_what_stands_now_never() -> None:
    for days in (0, 6, 8, 400):
        half_hour = counts.bucket(NOW - timedelta(days=days))
        await postgres.execute(
            "insert into stage_counts select 'crate', 'waiting', 1, 1, m || $1, 5 from unnest($2::text[]) m",
            *(f":{half_hour}", ["opened", "done"]),
        )
    await postgres.execute("insert into stage_counts values ('crate', 'waiting', 1, 1, 'open', 5)")
    with clock.frozen(NOW):
        assert await retention.forget_half_hours() == 4
    assert await postgres.fetchval("select count(*) from stage_counts") == 5


@pytest.mark.every_server
async def test_the_next_months_have_a_partition_before_they_begin() -> None:
    eve = datetime(2031, 11, 30, 23, tzinfo=UTC)
    opened = {f"ledger_{month}" for month in ("203111", "203112", "203201", "203202")}
    with clock.frozen(eve):
        await retention.open_months()
        await retention.open_months()
    rows = await postgres.fetch("select inhrelid::regclass::text as name from pg_inherits")
    assert opened <= {row["name"] for row in rows}
    for name in opened:
        await postgres.execute(f"drop table {name}")


@pytest.mark.every_server
async def test_a_month_that_has_begun_without_a_partition_keeps_no_other_from_being_opened() -> None:
    with clock.frozen(datetime(2041, 2, 10, tzinfo=UTC)):
        async with postgres.transaction() as tx:
            await ledger.record(tx, stream="settings", action="calendar.set", actor=SYSTEM)
        assert await retention.open_months() == 2 * (retention.MONTHS_AHEAD + 1) - 1
    rows = await postgres.fetch("select inhrelid::regclass::text as name from pg_inherits")
    opened = {row["name"] for row in rows if row["name"].rpartition("_")[2].startswith("2041")}
    for name in opened:
        await postgres.execute(f"drop table {name}")
    assert "ledger_204102" not in opened
    assert {"messages_204102", "ledger_204103", "ledger_204105"} <= opened
