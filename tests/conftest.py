"""Fixtures for everybody: a migrated database, emptying it between tests, and the folder of real input files."""

import gc
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from orderhub.accounts import shops
from orderhub.kernel import calendars, postgres, secrets
from tests.emptying import empty, remember_reference_rows
from tests.folders import use_memory
from tests.servers import KINDS, Servers


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker of tests that must hold on every server we support, and where their data lie."""
    use_memory()
    config.addinivalue_line("markers", "every_server: run on the embedded PostgreSQL and on PostgreSQL 15")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with files that take long: two processes share the files, and should end at the same time."""
    long = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in long)


def pytest_collection_finish() -> None:
    """Keep the collector from looking through modules and tests, all of which stay, again and again."""
    gc.collect()
    gc.freeze()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test of `@pytest.mark.every_server` once for each server."""
    if "server_kind" in metafunc.fixturenames and metafunc.definition.get_closest_marker("every_server"):
        metafunc.parametrize("server_kind", KINDS, indirect=True, scope="session")


@pytest.fixture(scope="session", autouse=True)
def _root_key() -> None:
    secrets.open_root(b"a root key for tests, 32 bytes or more")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Where real order files lie: DATA, or ../shared/data beside the repository; without them a test is skipped."""
    folder = Path(os.environ.get("DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no input files in {folder}; name their folder with DATA")
    return folder


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The PostgreSQL servers of this run."""
    running = Servers()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def _known_databases() -> dict[str, str]:
    return {}


@pytest.fixture(scope="session")
def server_kind(request: pytest.FixtureRequest) -> str:
    """Which server this test runs on: "embedded" unless the test is marked `every_server`."""
    kind: str = getattr(request, "param", "embedded")
    return kind


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def database(
    server_kind: str, servers: Servers, _known_databases: dict[str, str]
) -> AsyncIterator[str]:
    """The address of this run's database, opened through `postgres.open`; what tests leave there, `clean` removes."""
    if server_kind not in _known_databases:
        _known_databases[server_kind] = await servers.new_database(server_kind)
        await remember_reference_rows(_known_databases[server_kind])
    await postgres.open(_known_databases[server_kind], connections=10)
    yield _known_databases[server_kind]
    await postgres.close()


@pytest_asyncio.fixture(loop_scope="session")
async def clean(database: str) -> str:
    """The same database, without any data but the rows that migrations made."""
    await empty()
    calendars.forget()
    await shops.forget_entrances()  # the two servers give the same ids to different shops
    return database


@pytest_asyncio.fixture(loop_scope="session")
async def another_database(server_kind: str, servers: Servers) -> str:
    """The address of one more migrated database without data, on the same server; not opened."""
    return await servers.new_database(server_kind)
