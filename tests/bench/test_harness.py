"""The harness of `make bench`, on tiny sizes: it measures, checks and tells. No figure is asserted."""

import ast
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from asyncpg import ReadOnlySQLTransactionError

from orderhub import house as house  # every room, so that every view is known
from orderhub.kernel import postgres, secrets
from tests.bench import running
from tests.bench.room import Room, Size
from tests.bench.rows import Row
from tests.bench.running import UnknownBenchmark, chosen
from tests.bench.seeds.making import Business
from tests.bench.serving import ROOT_KEY
from tests.bench.street import Street
from tests.servers import Servers
from tests.stories.hub import SECRET as TESTS_ROOT_KEY

FOLDER = Path(__file__).parent
TINY = Size(few=1_000, many=2_000, rounds=2)


@pytest.fixture(scope="module", autouse=True)
def _root_key_of_benchmarks(_root_key: None) -> Iterator[None]:
    """What is served in a process of its own has to know the key that sealed the data."""
    secrets.open_root(ROOT_KEY)
    yield
    secrets.open_root(TESTS_ROOT_KEY)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def street(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Street]:
    built = Street(servers.get("embedded").url, tmp_path_factory.mktemp("bench"))
    yield built
    await built.close()


# The buyer's page is weighed in tests/journey; measuring it here would install Lighthouse for a test.
@pytest.mark.parametrize("name", [name for name in running.BENCHMARKS if name != "journey"])
async def test_a_benchmark_measures_and_its_databases_verify(street: Street, name: str) -> None:
    result = await running.run([name], street, TINY)
    assert result.faults == []
    told = result.told[name]
    for row in told if isinstance(told, list) else [told]:
        assert row["value"] > 0
        assert row["ceiling"] > 0
        assert row.keys() >= {"ratio", "unit", "budget", "holds", "ceiling_files"}
        assert row["server"]["fsync"] == row["server"]["full_page_writes"] == "on"
        assert row["server"]["synchronous_commit"] == "on"
        assert all(found["verified_streams"] for found in row["databases"].values())


async def test_a_seeded_database_cannot_be_changed(street: Street) -> None:
    home = await street.house(Business(profile="history", orders=TINY.few))
    with home.entered(), pytest.raises(ReadOnlySQLTransactionError):
        await postgres.execute("update subjects set stage = 'lost'")


async def test_what_was_changed_behind_the_ledger_is_told(street: Street) -> None:
    room = Room(street, TINY)
    copy = await room.due(TINY.few)
    with copy.entered():
        await postgres.execute("update subjects set late = 7 where kind = 'order' and stage = 'packed'")
        await postgres.execute("delete from people where id = 8")
    _, faults = await room.prove()
    assert any("counts its late visits wrongly" in fault for fault in faults)
    assert any("people had 8 rows and has 7" in fault for fault in faults)


def test_only_what_is_named_is_measured_and_an_unknown_name_is_refused() -> None:
    assert chosen("") == running.BENCHMARKS
    assert chosen("board, due") == ("due", "board")
    with pytest.raises(UnknownBenchmark, match="lists"):
        chosen("lists")


def test_a_budget_bounds_from_above_or_from_below() -> None:
    slower = Row(what="", value=3, ceiling=2, unit="ms", budget=1.5)
    faster = Row(what="", value=3, ceiling=2, unit="orders/s", budget=2, at_most=False)
    assert (slower.holds, faster.holds) == (True, False)
    assert [slower.must, faster.must] == ["≤ 1.5", "≥ 2"]


def test_ceilings_import_nothing_of_the_hub() -> None:
    for path in (FOLDER / "ceilings").glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        names = [
            alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        ]
        names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        assert not [name for name in names if name.split(".")[0] in ("orderhub", "tests")], path.name
