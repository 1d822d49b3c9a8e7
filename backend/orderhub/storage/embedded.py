"""The embedded PostgreSQL: the wheel's own programs, driven from here, in a folder of our own.

Several processes share one server: each holds a shared lock on ``postgres.users`` while it lives (the kernel drops
it even after kill -9), and the one that gets it exclusively when leaving was the last, and stops the server.
No mode outside the data folder is changed. The socket lies in the server's 0700 folder; there is no TCP port.
"""

import asyncio
import fcntl
import hashlib
import logging
import os
import shlex
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil

from orderhub.kernel.errors import Refusal
from orderhub.storage.server_programs import MAJOR_VERSION, programs
from orderhub.storage.server_tuning import server_tuning
from orderhub.storage.server_user import server_user

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 0.25  # and the first pause; what a killed server left behind needs about that long to go
_SOCKET_FOLDER_LIMIT = 90  # a socket's path holds about 104 bytes, 14 of them the name


class ServerNotStarted(Refusal):
    """PostgreSQL did not start. Data: folder, said."""

    status = 503


class ServerInUse(Refusal):
    """Another process of the hub uses the server; end that first. Data: folder."""


class WrongDatabaseVersion(Refusal):
    """The data folder is of another major version. Data: folder, expected, got."""


class EmbeddedServer:
    """The server of one data folder; ``start`` attaches to it when it already runs."""

    def __init__(self, data: Path) -> None:
        self.data = data.resolve()  # every process must call it the same
        self.folder = self.data / "postgres"
        self._users: IO[bytes] | None = None
        self._mutex = threading.Lock()  # a supervisor's thread may be starting while we leave

    @property
    def url(self) -> str:
        """Where to connect."""
        return f"postgresql://postgres@/postgres?host={quote(str(self._sockets()))}"

    def start(self) -> None:
        """Make the data folder where there is none, start the server unless it runs, and count as a user of it."""
        with self._mutex, ExitStack() as unless_started:
            self._user = server_user(self.data, self.folder)
            with self._starting():
                users = unless_started.enter_context(_locked(self.data / "postgres.users", fcntl.LOCK_SH))
            self._ensure_running()
            self._users = users
            unless_started.pop_all()

    def leave(self) -> None:
        """Stop counting as a user; the last one stops the server."""
        with self._mutex:
            if self._users is None:
                return
            leaving, self._users = self._users, None
            with leaving, suppress(BlockingIOError):
                fcntl.flock(leaving, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._halt()

    def stop(self) -> bool:
        """Stop a server nobody uses (left after kill -9); False if none ran."""
        if self.postmaster() is None:
            return False
        self._user = server_user(self.data, self.folder)
        try:
            with _locked(self.data / "postgres.users", fcntl.LOCK_EX | fcntl.LOCK_NB):
                self._halt()
        except BlockingIOError:
            raise ServerInUse(folder=str(self.data)) from None
        return True

    async def supervise(self) -> None:
        """Start the server again whenever it has died, as long as this task lives."""
        pause_seconds = _LOOK_SECONDS
        while True:
            await asyncio.sleep(pause_seconds)
            if self.postmaster() is not None:
                pause_seconds = _LOOK_SECONDS
                continue
            logger.error("the database server has died; starting it again")
            try:
                await asyncio.to_thread(self._revive)
            except (Refusal, OSError):
                pause_seconds = min(pause_seconds * 2, 30)
                logger.exception("the database server does not start; next try in %s s", pause_seconds)

    def postmaster(self) -> int | None:
        """Return the process id of the running server; its file alone proves nothing (zombies, reused ids)."""
        said = self._said_by_postmaster()
        try:
            process = psutil.Process(int(said[0]))
            if process.status() == psutil.STATUS_ZOMBIE or str(self.folder) not in process.cmdline():
                return None
        except psutil.AccessDenied:
            pass  # it lives, and we may not look closer
        except (ValueError, psutil.NoSuchProcess):
            return None
        return int(said[0])

    def _revive(self) -> None:
        with self._mutex:
            if self._users is not None:
                self._ensure_running()

    def _ensure_running(self) -> None:
        with self._starting():
            self._make_folder()
            self._require_version()
            if self.postmaster() is None:
                self._launch()
            self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        """Whoever started it may have been killed meanwhile, and it may still be recovering."""
        while self._said_by_postmaster()[-1] != "ready":
            if self.postmaster() is None:
                raise ServerNotStarted(folder=str(self.folder), said=self._reason(b""))
            time.sleep(0.05)

    def _said_by_postmaster(self) -> list[str]:
        try:
            return [line.strip() for line in (self.folder / "postmaster.pid").read_text().splitlines()] or [
                ""
            ]
        except OSError:
            return [""]

    @contextmanager
    def _starting(self) -> Iterator[None]:
        with _locked(self.data / "postgres.lock", fcntl.LOCK_EX):
            yield

    def _make_folder(self) -> None:
        if (self.folder / "PG_VERSION").exists():
            return
        with tempfile.TemporaryDirectory(dir=self.data, prefix="new-") as unfinished:
            made = Path(unfinished)
            self._user.give(made)
            locale = ("--locale-provider=builtin", "--locale=C.UTF-8")
            self._run("initdb", "-D", str(made), "-U", "postgres", "--auth=trust", "--encoding=UTF8", *locale)
            made.rename(self.folder)
            made.mkdir()

    def _require_version(self) -> None:
        found = (self.folder / "PG_VERSION").read_text().strip()
        if found != MAJOR_VERSION:
            raise WrongDatabaseVersion(folder=str(self.folder), expected=MAJOR_VERSION, got=found)

    def _launch(self) -> None:
        # PostgreSQL takes a dead postmaster's reused or unreaped process id for a living one. Processes of it that
        # still live are found by the shared memory they hold, whatever these two files say.
        sockets = self._make_sockets()
        for lock in (self.folder / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
            lock.unlink(missing_ok=True)
        tuning = server_tuning() | {"unix_socket_directories": str(sockets)}
        options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in tuning.items())
        log = str(self.folder / "start.log")
        self._run("pg_ctl", "start", "-w", "-t", "600", "-D", str(self.folder), "-l", log, "-o", options)

    def _halt(self) -> None:
        if self.postmaster() is not None:
            self._run("pg_ctl", "stop", "-w", "-m", "fast", "-t", "120", "-D", str(self.folder))

    def _sockets(self) -> Path:
        path = os.fsencode(self.folder)
        if len(path) <= _SOCKET_FOLDER_LIMIT and b"," not in path:  # a comma would begin a second host
            return self.folder
        # Not TMPDIR: every process of the hub must come to the same place.
        return Path("/tmp") / f"orderhub-{hashlib.sha256(path).hexdigest()[:16]}"

    def _make_sockets(self) -> Path:
        folder = self._sockets()
        if folder != self.folder:
            self._user.make_private(folder)
        return folder

    def _run(self, program: str, *arguments: str) -> None:
        # A pipe would be inherited by the server and never close, so what is said goes to a file.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                [str(programs(self.data, self._user) / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd=self.data,
                env={"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"},
                check=False,
                **self._user.as_process(),
            )
            said.seek(0)
            if done.returncode:
                raise ServerNotStarted(folder=str(self.folder), said=self._reason(said.read()))

    def _reason(self, said: bytes) -> str:
        """What the program said, and what the server last died of, in its own words."""
        logs = sorted(self.folder.glob("log/*.log"), key=lambda log: log.stat().st_mtime)[-1:]
        first = self.folder / "start.log"
        lines = said.splitlines()[-3:] + (_tail(first)[-4:] if first.exists() else [])
        lines += [line for log in logs for line in _tail(log) if b"FATAL" in line or b"PANIC" in line][-2:]
        return " | ".join(line.decode(errors="replace").strip() for line in lines)


def _tail(log: Path) -> list[bytes]:
    with log.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - 4096))
        return file.readlines()


def _locked(path: Path, how: int) -> IO[bytes]:
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "rb+")
    try:
        fcntl.flock(file, how)
    except BaseException:
        file.close()
        raise
    return file
