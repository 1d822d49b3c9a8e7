"""The disk is full: what was acknowledged is there, what cannot be kept is refused, and with room again all goes on.

A disk of its own is a small tmpfs; where none may be mounted (no root), these tests are skipped, and say so.
"""

import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from orderhub.accounts import shops
from orderhub.kernel import postgres
from orderhub.proof import anchor
from orderhub.proof.verify import verify
from orderhub.storage import backup
from tests.placed import draft, placed, shop
from tests.promises.channel import Channel, Post, goods
from tests.promises.test_races import SAID
from tests.servers import Servers, SystemServer, elsewhere

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


class Disk:
    """A small disk that a test fills, and makes room on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self, *, but: int = 0) -> None:
        """Fill it, but for so many bytes."""
        size = shutil.disk_usage(self.folder).free - but
        with self._ballast.open("wb") as ballast:
            for _ in range(size // 4096):
                ballast.write(bytes(4096))

    def make_room(self) -> None:
        self._ballast.unlink()


@pytest.fixture
def disk(request: pytest.FixtureRequest) -> Iterator[Disk]:
    """A disk of as many megabytes as the test asks for."""
    folder = Path(tempfile.mkdtemp(prefix="orderhub-disk-"))
    size = f"size={request.param}m,mode=0755"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        folder.rmdir()
        pytest.skip(f"no disk of its own may be mounted here: {mounted.stderr.decode().strip()}")
    yield Disk(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
    folder.rmdir()


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def _strangers() -> AsyncIterator[None]:
    """Know no shop of another server: they have the same ids."""
    await shops.forget_entrances()
    yield
    await shops.forget_entrances()


@pytest.fixture
def own() -> Iterator[Servers]:
    """Servers that no other test uses."""
    servers = Servers()
    yield servers
    servers.stop()


@pytest.fixture
def on_the_disk(disk: Disk) -> Iterator[Servers]:
    """Servers that lie on the disk as a whole."""
    servers = Servers(disk.folder)
    yield servers
    servers.stop()


def told(number: int) -> Post:
    """A paid order, with a remark that takes room."""
    order = SAID["order"] | {"number": f"A{number}", "remark": "x" * 500}  # type: ignore[operator]
    return Post(f"m{number}", {"order": order, "payments": [{"number": f"P{number}", "amount": 2800}]})


async def each_order_is_there_once(count: int) -> None:
    """So many orders, each once; and every change is recorded."""
    rows = await postgres.fetch("select channel_number, paid_minor from orders")
    assert sorted(tuple(row) for row in rows) == sorted((f"A{n}", 2800) for n in range(count))
    assert (await verify()).findings == []


async def sell_until_refused(channel: Channel) -> int:
    """Sell one order after the other until one is refused for now; returns how many were acknowledged."""
    for number in range(5_000):
        answer = await channel.post_signed(told(number))
        if answer.status_code != 202:
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert int(answer.headers["retry-after"]) > 0
            return number
    pytest.fail("the disk was never full")


@pytest.mark.parametrize("disk", [48], indirect=True)
async def test_tables_that_cannot_grow_refuse_for_now_and_lose_nothing(disk: Disk, own: Servers) -> None:
    url, server = await own.new_database("postgresql-15"), own.get("postgresql-15")
    space = disk.folder / "space"
    space.mkdir()
    shutil.chown(space, "postgres")
    administrator = await asyncpg.connect(server.url)
    name = url.partition("?")[0].rpartition("/")[2]
    await administrator.execute(f"create tablespace small location '{space}'")
    await administrator.execute(f"alter database {name} set tablespace small")
    try:
        async with elsewhere(url), await Channel.of_a_new_shop(await goods()) as channel:
            disk.fill(but=2 * 2**20)
            sold = await sell_until_refused(channel)
            assert sold > 0
            assert (await channel.post_signed(told(sold))).status_code == 503
            disk.make_room()
            for number in range(sold + 3):
                await channel.tell(told(number))
            await each_order_is_there_once(sold + 3)
    finally:
        await administrator.close()


@pytest.mark.parametrize("disk", [192], indirect=True)
async def test_a_server_whose_whole_disk_is_full_comes_back_with_all_it_acknowledged(
    disk: Disk, on_the_disk: Servers
) -> None:
    """Its log cannot grow, so PostgreSQL ends itself, and cannot start until there is room."""
    url, server = await on_the_disk.new_database("postgresql-15"), on_the_disk.get("postgresql-15")
    assert isinstance(server, SystemServer)
    async with elsewhere(url), await Channel.of_a_new_shop(await goods()) as channel:
        disk.fill(but=4 * 2**20)
        for number in range(10):
            await channel.tell(told(number))
        await use_up_the_log(server)
        assert await sell_until_refused(channel) == 0, "not even one that was acknowledged is answered"
        disk.make_room()
        server.restart()
        for number in range(13):
            await channel.tell(told(number))
        await each_order_is_there_once(13)


async def use_up_the_log(server: SystemServer) -> None:
    """Begin one file of the log after the other, until there is no room for the next."""
    administrator = await asyncpg.connect(server.url)
    with pytest.raises((asyncpg.PostgresError, OSError)):
        while True:
            await administrator.execute(
                "select pg_logical_emit_message(true, 'test', 'x'); select pg_switch_wal()"
            )
    await administrator.close()
    assert "PANIC:" in server.log
    assert "No space left on device" in server.log


@pytest.mark.parametrize("disk", [1], indirect=True)
async def test_a_full_disk_takes_no_backup_and_no_anchor_and_keeps_no_half_of_one(
    disk: Disk, clean: str
) -> None:
    file, anchors = disk.folder / "hub.backup", disk.folder / "anchors"
    file.write_text("the one before")
    anchors.mkdir()
    place = await shop()
    await placed([draft(place, str(number)) for number in range(100)])
    disk.fill(but=8 * 1024)
    with pytest.raises(backup.NotWritten, match="No space left"):
        await backup.write(file)
    with pytest.raises(OSError, match="No space left"):
        await anchor.take(anchors)
    assert file.read_text() == "the one before"
    assert {one.name for one in disk.folder.rglob("*")} == {"hub.backup", "anchors", "ballast"}
    disk.make_room()
    assert (await backup.write(file)).rows > 500
    await anchor.take(anchors)
    assert (await verify(anchors)).findings == []
