"""PostgreSQL servers for tests: the embedded one of the product, and the system's PostgreSQL 15."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import asyncpg
import psutil
import pytest

from orderhub.kernel import pool, postgres
from orderhub.storage import migrating
from orderhub.storage.embedded import EmbeddedServer

POSTGRESQL_15 = Path("/usr/lib/postgresql/15/bin")
KINDS = ("embedded", "postgresql-15")
TEMPLATE = "hub_template"


class Server(Protocol):
    """Something that runs PostgreSQL in a temporary folder."""

    @property
    def url(self) -> str: ...

    def start(self) -> None: ...

    def leave(self) -> None: ...


class SystemServer:
    """PostgreSQL 15 as Debian installs it, on a unix socket in its own folder."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "pg15"

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.folder}"

    @property
    def log(self) -> str:
        """What it said so far."""
        return (self.folder / "log").read_text()

    def start(self) -> None:
        self.folder.mkdir(mode=0o700)
        self.folder.parent.chmod(0o711)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self._run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8")
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c max_connections=100"
        self._run("pg_ctl", "start", "-w", "-l", str(self.folder / "log"), "-o", options)

    def leave(self) -> None:
        self._run("pg_ctl", "stop", "-w", "-m", "immediate")

    def restart(self) -> None:
        """Crash it and start it again."""
        self._run("pg_ctl", "restart", "-w", "-m", "immediate", "-l", str(self.folder / "log"))

    def _run(self, program: str, *arguments: str) -> None:
        lent: dict[str, Any] = {}
        if os.geteuid() == 0:
            entry = pwd.getpwnam("postgres")
            lent = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        command = [str(POSTGRESQL_15 / program), "-D", str(self.folder), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **lent)


def kill(server: EmbeddedServer) -> None:
    """End a server without a last checkpoint, if it runs."""
    pid = server.postmaster()
    if pid is not None:
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            process.send_signal(signal.SIGQUIT)
            process.wait(30)


class Servers:
    """The servers of one test run, each started when first asked for, with one migrated template database.

    They lie in folders of their own, in this one or wherever temporary files do.
    """

    def __init__(self, around: Path | None = None) -> None:
        self._around = around
        self._running: dict[str, Server] = {}
        self._folders: list[Path] = []
        self._templates: set[str] = set()
        self._made = 0

    def get(self, kind: str) -> Server:
        """Return the running server of this kind; skip (on CI: fail) where the machine lacks it."""
        if kind not in self._running:
            server = self._new(kind)
            server.start()
            self._running[kind] = server
        return self._running[kind]

    async def new_database(self, kind: str) -> str:
        """Make a migrated database without data, and return its address."""
        await self._make_template(kind)
        self._made += 1
        await self._manage(kind, f"create database hub_{self._made} template {TEMPLATE}")
        return self.address(kind, f"hub_{self._made}")

    async def empty_database(self, kind: str) -> str:
        """Make a database nobody migrated, and return its address."""
        self._made += 1
        await self._manage(kind, f"create database hub_{self._made} template template0")
        return self.address(kind, f"hub_{self._made}")

    def address(self, kind: str, name: str) -> str:
        return self.get(kind).url.replace("/postgres?", f"/{name}?")

    def stop(self) -> None:
        """Stop them at once: nothing in them is kept."""
        for server in self._running.values():
            if isinstance(server, EmbeddedServer):
                kill(server)
            server.leave()
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)

    async def _make_template(self, kind: str) -> None:
        if kind in self._templates:
            return
        await self._manage(kind, f"create database {TEMPLATE} template template0")
        async with elsewhere(self.address(kind, TEMPLATE)):
            await migrating.migrate()
        self._templates.add(kind)

    async def _manage(self, kind: str, sql: str) -> None:
        connection = await asyncpg.connect(self.get(kind).url)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    def _new(self, kind: str) -> Server:
        if kind == "postgresql-15" and not (POSTGRESQL_15 / "postgres").exists():
            missing = f"no PostgreSQL 15 in {POSTGRESQL_15}; apt-get install postgresql-15"
            if os.environ.get("CI") == "true":
                pytest.fail(missing)
            pytest.skip(missing)
        # Not pytest's folder: it is closed to the user the server runs as.
        folder = Path(tempfile.mkdtemp(prefix="orderhub-", dir=self._around))
        self._folders.append(folder)
        return EmbeddedServer(folder) if kind == "embedded" else SystemServer(folder)


class elsewhere:  # noqa: N801 - read as `async with elsewhere(url):`
    """Let this process use another database for a while, and then its former one again."""

    def __init__(self, url: str, **settings: Any) -> None:
        self._url = url
        self._settings = settings

    async def __aenter__(self) -> None:
        self._former, pool.opened = pool.opened, None
        await postgres.open(self._url, **self._settings)

    async def __aexit__(self, *_: object) -> None:
        await postgres.close()
        pool.opened = self._former
