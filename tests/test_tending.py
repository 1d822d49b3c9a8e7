"""The commands that look after a hub's data: verify, anchor, erase, as an administrator runs them."""

import asyncio
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import pytest_asyncio

from orderhub import cli
from orderhub.kernel import postgres, secrets
from orderhub.storage import root_key
from tests.placed import WANG, draft, placed, shop
from tests.servers import elsewhere

pytestmark = pytest.mark.every_server

_RUN = "import sys; from orderhub.cli import main; sys.exit(main())"


@pytest_asyncio.fixture(loop_scope="session")
async def hub(another_database: str, tmp_path: Path) -> str:
    """A database a hub has run on, with two orders of one person."""
    (tmp_path / "root.key").write_text(_key().hex())
    async with elsewhere(another_database):
        await root_key.claim(root_key.name_of(_key()))
        place = await shop()
        await placed([draft(place, "A-1"), draft(place, "A-2")])
    return another_database


def _key() -> bytes:
    assert secrets._root is not None
    return secrets._root


async def orderhub(hub: str, folder: Path, *arguments: str) -> tuple[int, str]:
    """Run a command as a process of its own; returns its exit code and all it said."""
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": str(Path(cli.__file__).parents[1]),
        "DATABASE_URL": hub,
        "ORDERHUB_DATA": str(folder),
        "ORDERHUB_LOG_LEVEL": "ERROR",
        "LANG": "C.UTF-8",
    }
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", _RUN, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        check=False,
    )
    return done.returncode, done.stdout


async def test_verify_tells_what_was_changed_behind_the_hubs_back(hub: str, tmp_path: Path) -> None:
    anchors = tmp_path / "anchors"
    code, said = await orderhub(hub, tmp_path, "anchor", str(anchors))
    assert (code, said) == (0, f"{anchors}/anchor-000001.jsonl.gz\n")
    code, said = await orderhub(hub, tmp_path, "verify", "--anchors", str(anchors))
    assert code == 0
    assert "1 anchors: every change is recorded" in said
    async with elsewhere(hub):
        await postgres.execute("update subjects set stage = 'closed' where kind = 'order'")
    code, said = await orderhub(hub, tmp_path, "verify")
    assert code == 1
    assert "stage" in said


async def test_erasing_asks_first_and_then_leaves_no_name(hub: str, tmp_path: Path) -> None:
    code, said = await orderhub(hub, tmp_path, "erase", "A-1", "--why", "asked by the buyer")
    assert code == 0
    assert "Nothing was erased" in said
    code, said = await orderhub(hub, tmp_path, "erase", "A-1", "A-3", "--why", "asked by the buyer", "--yes")
    assert code == 1
    assert "A-3" in said
    code, said = await orderhub(hub, tmp_path, "erase", "A-1", "A-2", "--why", "asked by the buyer", "--yes")
    assert code == 0
    assert said.endswith("2 orders erased\n")
    assert (await orderhub(hub, tmp_path, "verify"))[0] == 0
    assert WANG.name is not None
    assert (await orderhub(hub, tmp_path, "backup", str(tmp_path / "hub.backup")))[0] == 0
    with zipfile.ZipFile(tmp_path / "hub.backup") as copied:
        assert not any(WANG.name.encode() in copied.read(entry) for entry in copied.namelist())


async def test_a_command_without_the_key_is_refused(hub: str, tmp_path: Path) -> None:
    (tmp_path / "root.key").unlink()
    code, said = await orderhub(hub, tmp_path, "verify")
    assert code == 1
    assert "root.key" in said
    assert "Traceback" not in said


async def test_an_order_that_never_came_is_erased_by_the_number_its_messages_gave(
    hub: str, tmp_path: Path
) -> None:
    async with elsewhere(hub):
        await postgres.execute(
            "insert into dockets (id, shop_id, order_number) select gen_random_uuid(), id, 'A-9' from shops"
        )
    code, said = await orderhub(hub, tmp_path, "erase", "A-9", "--why", "asked by the buyer", "--yes")
    assert (code, said.splitlines()[-1]) == (0, "1 orders erased")
    async with elsewhere(hub):
        assert await postgres.fetchval("select erased_at is not null from dockets where order_number = 'A-9'")
