"""Backup and restore: the same data on any server, whole or not at all, under a new identity."""

import hashlib
import stat
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from orderhub.kernel import ledger, postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.proof import anchor
from orderhub.proof.verify import verify
from orderhub.storage import archive, backup, contents, restore, root_key
from orderhub.storage.archive import BackupTooNew, NotABackup
from orderhub.storage.restore import DatabaseNotEmpty, OtherSchema
from tests.placed import draft, placed, shop
from tests.servers import Servers, elsewhere

KEY = bytes(range(32))

# What makes restoring hard: rows that refer to later ones, tables that refer to each other, what is computed, what is
# always generated, what a trigger would write again, a partition the target lacks, awkward text.
AWKWARD = """
create table sheds (id integer generated always as identity primary key, keeper integer, "order" text not null);
create table crates (
    id integer primary key, shed integer not null references sheds, inside integer references crates,
    weight_grams integer, heavy boolean generated always as (weight_grams > 1000) stored, at xid8 not null
        default pg_current_xact_id()
);
alter table sheds add constraint keeper foreign key (keeper) references crates;
create table notes (at timestamptz not null, body jsonb) partition by range (at);
create function note() returns trigger language plpgsql as
    $$ begin insert into notes values ('2030-05-05', to_jsonb(new)); return new; end $$;
create trigger note after insert on crates for each row execute function note();
"""
MAY = "create table notes_203005 partition of notes for values from ('2030-05-01') to ('2030-06-01')"
ROWS = """
insert into sheds ("order") values (E'tab\\t, newline\\n, 反斜杠\\\\, "quote"'), ('\\N'), ('');
insert into crates (id, shed, inside, weight_grams) values (1, 1, 2, 5000), (2, 2, null, null);
update sheds set keeper = 2
"""


async def fill(url: str) -> None:
    """Put orders through the real verbs, and what is awkward, into a database."""
    async with elsewhere(url):
        await postgres.ddl(f"{AWKWARD};{MAY};{ROWS}")
        place = await shop()
        await placed([draft(place, str(2**60 + n)) for n in range(3)])
        async with postgres.transaction() as tx:
            await ledger.record(tx, stream="settings", action="tried", actor=SYSTEM)


async def content(url: str) -> dict[str, list[str]]:
    """Everything a database holds, but for what names it."""
    async with elsewhere(url), postgres.transaction(snapshot=True) as tx:
        return {
            table.name: sorted(str(tuple(row)) for row in await tx.fetch(table.query))
            for table in await contents.tables(tx)
        }


async def write(url: str, file: Path, *, key: bytes | None = None) -> archive.Manifest:
    async with elsewhere(url):
        await root_key.claim(root_key.name_of(KEY))
        return await backup.write(file, key=key)


async def read(url: str, file: Path) -> archive.Manifest:
    async with elsewhere(url):
        return await restore.read(file)


@pytest.mark.parametrize(
    ("source", "target"),
    [("embedded", "postgresql-15"), ("postgresql-15", "embedded"), ("embedded", "embedded")],
)
async def test_a_backup_carries_everything_to_any_server(
    servers: Servers, tmp_path: Path, source: str, target: str
) -> None:
    here, there = await servers.new_database(source), await servers.new_database(target)
    await fill(here)
    async with elsewhere(there):
        await postgres.ddl(AWKWARD)
    written = await write(here, tmp_path / "hub.backup")
    assert await read(there, tmp_path / "hub.backup") == written
    assert await content(there) == await content(here)
    assert written.rows == sum(len(rows) for rows in (await content(here)).values())
    async with elsewhere(there):
        assert await root_key.needed() == root_key.name_of(KEY)
        await assert_it_lives_on(written)


async def assert_it_lives_on(written: archive.Manifest) -> None:
    """The restored database is a full one: verified, with its own identity, its keys, counters and triggers on."""
    assert (await verify()).findings == []
    assert not written.identity.replace("-", "").startswith(postgres.identity())
    assert await postgres.fetchval("select heavy from crates where id = 1") is True
    assert await postgres.fetchval("insert into sheds (\"order\") values ('') returning id") == 4
    await postgres.execute("insert into crates (id, shed) values (3, 3)")
    assert await postgres.fetchval("select count(*) from notes") == 3
    with pytest.raises(Exception, match="foreign key"):
        await postgres.execute("insert into crates (id, shed) values (4, 99)")
    with pytest.raises(Exception, match="append-only"):
        await postgres.execute("delete from ledger")
    place = await shop("另一家")
    await placed([draft(place, "after")])
    assert (await verify()).findings == []


@pytest.mark.every_server
async def test_the_first_anchor_after_a_restore_holds_every_head(
    server_kind: str, servers: Servers, tmp_path: Path
) -> None:
    here, there = await servers.new_database(server_kind), await servers.new_database(server_kind)
    async with elsewhere(here):
        await anchor.take(tmp_path / "anchors")
        place = await shop()
        await placed([draft(place)])
        await backup.write(tmp_path / "hub.backup")
    async with elsewhere(there):
        await restore.read(tmp_path / "hub.backup")
        await anchor.take(tmp_path / "anchors")
        assert await postgres.fetchval("select heads from anchors where number = 2") == await heads()
        assert (await verify(tmp_path / "anchors")).findings == []


async def heads() -> int:
    counted: int = await postgres.fetchval(
        "select (select count(*) from subjects) + (select count(*) from ledger_heads)"
    )
    return counted


@pytest.fixture(scope="session")
async def source(servers: Servers) -> str:
    """A database with orders in it."""
    url = await servers.new_database("embedded")
    async with elsewhere(url):
        place = await shop()
        await placed([draft(place)])
    return url


@pytest.fixture
async def file(source: str, tmp_path: Path) -> Path:
    """A backup of it."""
    await write(source, tmp_path / "hub.backup")
    return tmp_path / "hub.backup"


@pytest.fixture
async def target(servers: Servers) -> str:
    """A migrated, empty database."""
    return await servers.new_database("embedded")


def alter(file: Path, name: str, change: Any) -> Path:
    """Write the archive again with one entry changed by a function of its bytes (None: left out)."""
    altered = file.with_name("altered.backup")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(altered, "w") as new:
        for entry in old.namelist():
            raw = old.read(entry)
            if entry != name:
                new.writestr(entry, raw)
            elif (changed := change(raw)) is not None:
                new.writestr(entry, changed)
    return altered


def alter_manifest(file: Path, **fields: Any) -> Path:
    return alter(file, archive.MANIFEST, lambda raw: msgspec.json.encode(msgspec.json.decode(raw) | fields))


async def test_a_database_with_data_is_refused(source: str, file: Path) -> None:
    before = await content(source)
    with pytest.raises(DatabaseNotEmpty):
        await read(source, file)
    assert await content(source) == before


@pytest.mark.parametrize(
    "change", [lambda raw: raw.replace(b"W712", b"W713"), lambda raw: raw * 2, lambda _: None]
)
async def test_contents_that_differ_from_the_manifest_leave_the_database_empty(
    file: Path, target: str, change: Any
) -> None:
    with pytest.raises(Exception, match=r"skus|duplicate key"):
        await read(target, alter(file, archive.entry("skus"), change))
    assert not any((await content(target)).values())
    async with elsewhere(target):
        assert (await postgres.fetchval("select count(*) from pg_constraint where contype = 'f'")) > 10
    await read(target, file)


async def test_a_file_cut_short_or_of_another_kind_is_refused(
    file: Path, target: str, tmp_path: Path
) -> None:
    (tmp_path / "cut").write_bytes(file.read_bytes()[:-100])
    (tmp_path / "text").write_text("no backup at all")
    for wrong in ("cut", "text", "missing"):
        with pytest.raises(NotABackup):
            await read(target, tmp_path / wrong)


async def test_a_backup_of_a_later_format_or_another_schema_is_refused(file: Path, target: str) -> None:
    with pytest.raises(BackupTooNew):
        await read(target, alter_manifest(file, format=archive.FORMAT + 1, tables="else"))
    with pytest.raises(OtherSchema) as refused:
        await read(target, alter_manifest(file, migrations=["kernel: 2031"]))
    assert refused.value.data["missing"] == "kernel: 2031"


async def test_a_manifest_cannot_smuggle_statements_in(file: Path, target: str) -> None:
    bad = {"name": "ledger_x", "parent": "ledger", "bound": "DEFAULT; drop table people"}
    with pytest.raises(NotABackup):
        await read(target, alter_manifest(file, partitions=[bad]))


async def test_the_key_stays_out_unless_asked_for(source: str, tmp_path: Path) -> None:
    without = await write(source, tmp_path / "without")
    assert (without.holds_key, without.key_name) == (False, root_key.name_of(KEY))
    assert archive.read_key(tmp_path / "without") is None
    assert KEY.hex().encode() not in (tmp_path / "without").read_bytes()
    await write(source, tmp_path / "with", key=KEY)
    assert archive.read_key(tmp_path / "with") == KEY


async def test_a_backup_is_for_its_owner_only_and_never_half_there(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "hub.backup"
    file.write_text("the one before")
    with monkeypatch.context() as broken:
        broken.setattr(hashlib, "sha256", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await write(source, file)
    assert [path.name for path in tmp_path.iterdir()] == ["hub.backup"]
    assert file.read_text() == "the one before"
    await write(source, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_place_that_takes_no_backup_is_refused_by_name(source: str, tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "hub.backup"
    with pytest.raises(backup.NotWritten) as refused:
        await write(source, file)
    assert refused.value.data == {"file": str(file), "said": "No such file or directory"}


async def test_a_backup_shows_one_moment(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What commits while the tables are copied, one after the other, is in none of them."""
    before = await content(source)
    copy_out = backup._copy_out

    async def and_meanwhile(into: zipfile.ZipFile, tx: postgres.Transaction, table: contents.Table) -> Any:
        copied = await copy_out(into, tx, table)
        if table.name == "anchors":
            other = await postgres.connect()
            await other.execute("insert into warehouses (code, name, time_zone) values ('X', 'X', 'UTC')")
            await other.close()
        return copied

    monkeypatch.setattr(backup, "_copy_out", and_meanwhile)
    manifest = await write(source, tmp_path / "hub.backup")
    assert {table.name: table.rows for table in manifest.tables} == {
        name: len(rows) for name, rows in before.items()
    }
    assert len((await content(source))["warehouses"]) == len(before["warehouses"]) + 1


def test_a_restored_key_moves_another_one_aside(tmp_path: Path) -> None:
    place = tmp_path / "root.key"
    assert root_key.existing(place) is None
    assert root_key.put(place, KEY) is None
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert root_key.put(place, KEY) is None
    aside = root_key.put(place, KEY[::-1])
    assert aside is not None
    assert (root_key.existing(aside), root_key.existing(place)) == (KEY, KEY[::-1])
