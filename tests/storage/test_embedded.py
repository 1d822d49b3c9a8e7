"""The embedded server: shared, supervised, left alone by kill -9, and changing no mode outside its folder."""

import asyncio
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest

from orderhub import cli
from orderhub.kernel import postgres
from orderhub.storage import server_programs
from orderhub.storage.embedded import EmbeddedServer, ServerInUse, ServerNotStarted, WrongDatabaseVersion
from orderhub.storage.server_user import FolderClosed, FolderOfAnother, ServerUser
from tests.folders import short_folder
from tests.servers import elsewhere

BACKEND = Path(server_programs.__file__).parents[2]
LIBRARIES = Path(psutil.__file__).parents[1]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the server another user")

# What a process of the hub does, as far as the server is concerned; it says where the server is, and waits.
_USER = """
import sys
from pathlib import Path
from orderhub.storage.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
server.start()
print(server.url, flush=True)
sys.stdin.readline()
server.leave()
"""


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder not made yet; it ends with the test, its server too."""
    with short_folder() as folder:
        yield folder / "hub"


@pytest.fixture(scope="session")
def _made_once() -> Iterator[Path]:
    with short_folder() as folder:
        server = EmbeddedServer(folder / "hub")
        server.start()
        server.leave()
        yield folder / "hub"


@pytest.fixture
def made(data: Path, _made_once: Path) -> Path:
    """A data folder whose server has run before; copied, because making one takes a second."""
    subprocess.run(["cp", "-a", str(_made_once), str(data)], check=True)
    return data


@contextmanager
def user_of(
    data: Path, *, user: int | None = None, python: str = sys.executable
) -> Iterator[subprocess.Popen[str]]:
    """A process of its own that uses the server."""
    lent: dict[str, Any] = {} if user is None else {"user": user, "group": user, "extra_groups": []}
    process = subprocess.Popen(
        [python, "-c", _USER, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": f"{BACKEND}:{LIBRARIES}", "PATH": os.defpath},
        **lent,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("postgresql://")
        yield process
    finally:
        process.kill()
        process.communicate()


def end(process: subprocess.Popen[str]) -> None:
    """Let a user of the server end in good order."""
    process.communicate("\n")
    assert process.returncode == 0


def modes(paths: list[Path]) -> dict[Path, tuple[int, int, int]]:
    return {path: (stat.S_IMODE((at := path.lstat()).st_mode), at.st_uid, at.st_gid) for path in paths}


async def ask(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_it_starts_durable_and_reachable_only_through_its_folder(data: Path) -> None:
    server = EmbeddedServer(data)
    server.start()
    for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
        assert await ask(server.url, f"show {name}") == "on"
    assert await ask(server.url, "show listen_addresses") == ""
    assert await ask(server.url, "show server_encoding") == "UTF8"
    assert stat.S_IMODE((data / "postgres").stat().st_mode) == 0o700
    server.leave()
    assert server.postmaster() is None


def test_no_mode_outside_the_data_folder_changes(data: Path) -> None:
    site = server_programs.site_packages()
    installed = [path for part in server_programs._PARTS for path in (site / part).rglob("*")]
    outside = [*data.parents, site, *site.parents, *installed, Path.home()]
    before = modes(outside)
    server = EmbeddedServer(data)
    server.start()
    server.leave()
    assert modes(outside) == before


def test_the_last_user_stops_it(made: Path) -> None:
    with user_of(made) as first, user_of(made) as second:
        running = EmbeddedServer(made).postmaster()
        end(first)
        assert EmbeddedServer(made).postmaster() == running
        end(second)
        assert EmbeddedServer(made).postmaster() is None


async def test_it_outlives_a_killed_user_and_the_next_one_attaches(made: Path) -> None:
    with user_of(made) as process:
        running = EmbeddedServer(made).postmaster()
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert EmbeddedServer(made).postmaster() == running
    again = EmbeddedServer(made)
    again.start()
    assert again.postmaster() == running
    assert await ask(again.url, "select 1") == 1
    again.leave()
    assert again.postmaster() is None


def test_stop_ends_one_that_was_left_behind(
    made: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ORDERHUB_DATA", str(made))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with user_of(made) as process:
        assert cli.main(["stop"]) == 1
        assert str(made) in capsys.readouterr().err
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert EmbeddedServer(made).postmaster() is not None
    assert cli.main(["stop"]) == 0
    assert EmbeddedServer(made).postmaster() is None
    assert cli.main(["stop"]) == 0
    assert capsys.readouterr().out == "stopped\nno embedded server was running\n"


async def test_a_killed_server_comes_back_and_the_pool_with_it(made: Path) -> None:
    server = EmbeddedServer(made)
    await asyncio.to_thread(server.start)
    supervisor = asyncio.create_task(server.supervise())
    async with elsewhere(server.url):
        await postgres.execute("create table kept as select 7 as seven")
        killed = server.postmaster()
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        async with asyncio.timeout(60):
            await _until_started_again(server, killed)
            assert await _until_answered("select seven from kept") == 7
    supervisor.cancel()
    await asyncio.to_thread(server.leave)


async def _until_started_again(server: EmbeddedServer, killed: int) -> None:
    while True:
        if server.postmaster() not in (killed, None):
            return
        await asyncio.sleep(0.05)


async def _until_answered(sql: str) -> object:
    while True:
        try:
            return await postgres.fetchval(sql)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await asyncio.sleep(0.05)


async def test_one_that_is_still_recovering_is_waited_for(made: Path) -> None:
    """Whoever started it may have been killed before it was ready."""
    server = EmbeddedServer(made)
    server.start()
    file = made / "postgres" / "postmaster.pid"
    said = file.read_text()
    replace(file, said.replace("ready", "starting"))
    attached = EmbeddedServer(made)
    attaching = asyncio.create_task(asyncio.to_thread(attached.start))
    done, _ = await asyncio.wait([attaching], timeout=0.2)
    assert not done
    replace(file, said)
    async with asyncio.timeout(30):
        await attaching
    attached.leave()
    server.leave()


def replace(file: Path, text: str) -> None:
    """Write a file so that nobody sees half of it, as PostgreSQL does."""
    whole = file.with_name("whole")
    whole.write_text(text)
    whole.replace(file)


def test_a_process_id_that_means_another_process_is_not_the_server(made: Path) -> None:
    server = EmbeddedServer(made)
    server.start()
    server.leave()
    with subprocess.Popen(["sleep", "60"], **server._user.as_process()) as another:
        for lock in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            (made / "postgres" / lock).write_text(f"{another.pid}\n{made}/postgres\n")
        assert server.postmaster() is None
        server.start()
        assert server.postmaster() is not None
        server.leave()
        another.kill()


async def test_a_path_too_long_for_a_socket_gets_a_private_folder(data: Path) -> None:
    server = EmbeddedServer(data / ("deep" * 25))
    server.start()
    sockets = server._sockets()
    assert await ask(server.url, "select 1") == 1
    assert sockets.parent == Path("/tmp")
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    server.leave()
    sockets.rmdir()


def test_a_socket_folder_that_somebody_else_laid_out_is_refused(data: Path) -> None:
    server = EmbeddedServer(data / ("deep" * 25))
    server._sockets().mkdir(mode=0o777)
    server._sockets().chmod(0o777)
    with pytest.raises(FolderOfAnother):
        server.start()
    server._sockets().rmdir()
    server.leave()


def test_a_folder_of_another_version_is_refused(made: Path) -> None:
    server = EmbeddedServer(made)
    server.start()
    server.leave()
    (made / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(WrongDatabaseVersion) as refused:
        server.start()
    assert refused.value.data == {"folder": str(made / "postgres"), "expected": "18", "got": "16"}
    server.leave()


def test_a_server_that_does_not_start_says_why(made: Path) -> None:
    server = EmbeddedServer(made)
    server.start()
    server.leave()
    (made / "postgres" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(ServerNotStarted, match="no_such_setting"):
        server.start()
    server.leave()


def test_a_server_in_use_is_not_stopped(made: Path) -> None:
    server = EmbeddedServer(made)
    server.start()
    with pytest.raises(ServerInUse):
        EmbeddedServer(made).stop()
    server.leave()


@as_root
def test_root_lends_it_a_user_and_keeps_the_folder_around_it(data: Path) -> None:
    server = EmbeddedServer(data)
    server.start()
    assert data.stat().st_uid == 0
    owner = (data / "postgres").stat().st_uid
    assert owner != 0
    pid = server.postmaster()
    assert pid is not None
    assert psutil.Process(pid).uids().effective == owner
    assert psutil.Process(pid).gids().effective == pwd.getpwuid(owner).pw_gid
    server.leave()


@as_root
def test_a_closed_parent_is_refused_by_name_and_nothing_is_made(data: Path) -> None:
    closed = data.parent / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(FolderClosed) as refused:
        EmbeddedServer(closed / "hub").start()
    assert refused.value.data["folder"] == str(closed)
    assert list(closed.iterdir()) == []
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@as_root
def test_programs_out_of_reach_are_copied_into_the_data_folder(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = data.parent / "closed"
    closed.mkdir(mode=0o700)
    for part in server_programs._PARTS:
        if (server_programs.site_packages() / part).exists():
            shutil.copytree(server_programs.site_packages() / part, closed / part, symlinks=True)
    monkeypatch.setattr(server_programs, "site_packages", lambda: closed)
    server = EmbeddedServer(data)
    server.start()
    assert server.postmaster() is not None
    server.leave()
    assert len(list((data / "programs").glob("*/*/*/bin/postgres"))) == 1
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@as_root
def test_an_ordinary_user_runs_it_as_itself(data: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    user = ServerUser(name="nobody", uid=nobody.pw_uid, gid=nobody.pw_gid, lent=True)
    pythons = [python for python in (Path(sys.executable), Path("/usr/bin/python3")) if python.exists()]
    python = next((python for python in pythons if user.can_reach(python)), None)
    needed = Path(server_programs.__file__), *server_programs._samples(server_programs.site_packages())
    if python is None or not all(user.can_reach(path) for path in needed):
        pytest.skip("this checkout is out of reach for an ordinary user")
    data.mkdir()
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    with user_of(data, user=nobody.pw_uid, python=str(python)) as process:
        assert (data / "postgres").stat().st_uid == nobody.pw_uid
        end(process)
    assert EmbeddedServer(data).postmaster() is None
