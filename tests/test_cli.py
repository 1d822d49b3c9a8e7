"""The command line: help for everybody, refusals in words, and a whole life of a data folder."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from orderhub import cli, commands, process, settings
from orderhub.kernel import pool, secrets
from orderhub.storage import archive
from orderhub.storage.embedded import EmbeddedServer
from tests.folders import short_folder


@pytest.fixture(autouse=True)
def _as_a_process_of_its_own() -> Iterator[None]:
    """Commands open the database and the root key of this process; what the test run holds is put aside."""
    database, pool.opened = pool.opened, None
    root = secrets._root
    yield
    pool.opened = database
    assert root is not None
    secrets.open_root(root)


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A new data folder in the environment, in English."""
    for name in ("DATABASE_URL", "ORDERHUB_SECRET", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    with short_folder() as folder:
        monkeypatch.setenv("ORDERHUB_DATA", str(folder / "hub"))
        yield folder / "hub"


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    for command in commands.found():
        assert f"    {command.NAME} " in told
        assert command.HELP[:40] in told


@pytest.mark.parametrize("command", [command.NAME for command in commands.found()])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    assert ended.value.code == 0
    assert len(capsys.readouterr().out.splitlines()) > 5


def test_a_command_that_does_not_exist_is_asked_wrongly(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["dance"])
    assert ended.value.code == 2
    assert "dance" in capsys.readouterr().err


@pytest.mark.parametrize(("language", "said"), [("zh_CN.UTF-8", "不能用"), ("de_DE.UTF-8", "cannot be used")])
def test_a_refusal_is_said_in_the_readers_words(
    language: str, said: str, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", language)
    monkeypatch.setenv("ORDERHUB_PORT", "a door")
    assert cli.main(["migrate"]) == 1
    told = capsys.readouterr().err
    assert said in told
    assert "a door" in told


def test_a_server_out_of_reach_is_said_in_words(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://hub:hunter2@/hub?host={data}")
    assert cli.main(["migrate"]) == 1
    told = capsys.readouterr().err
    assert "DATABASE_URL" in told
    assert "hunter2" not in told


def test_a_data_folder_is_made_backed_up_and_restored(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Migrate, back up, restore elsewhere; the server is gone after each, the key is told about."""
    file = data.parent / "hub.backup"
    assert cli.main(["migrate"]) == 0
    assert "kernel: 2026-11-22T00:00:00:000000" in capsys.readouterr().out
    assert cli.main(["migrate"]) == 0
    assert capsys.readouterr().out == "nothing to do\n"
    run_once()
    assert cli.main(["backup", str(file)]) == 0
    assert f"NOT in the file. Keep {data}/root.key" in capsys.readouterr().out
    assert archive.read_key(file) is None
    assert cli.main(["backup", str(file), "--with-key"]) == 0
    assert EmbeddedServer(data).postmaster() is None

    elsewhere = data.with_name("elsewhere")
    monkeypatch.setenv("ORDERHUB_DATA", str(elsewhere))
    assert cli.main(["restore", str(file)]) == 0
    assert (elsewhere / "root.key").read_text() == (data / "root.key").read_text()
    assert f"The root key came with the file and is in {elsewhere}/root.key" in capsys.readouterr().out
    assert EmbeddedServer(elsewhere).postmaster() is None


def test_a_key_lost_or_mistaken_is_noticed_before_anything_is_written(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = data.parent / "hub.backup"
    run_once()
    (data / "root.key").rename(data.parent / "kept.key")
    with pytest.raises(process.RootKeyMissing):
        run_once()
    assert not (data / "root.key").exists()
    monkeypatch.setenv("ORDERHUB_SECRET", "ab" * 32)
    with pytest.raises(process.RootKeyWrong):
        run_once()
    assert cli.main(["backup", str(file), "--with-key"]) == 1
    assert "root.key" in capsys.readouterr().err
    (data.parent / "kept.key").rename(data / "root.key")
    monkeypatch.delenv("ORDERHUB_SECRET")
    run_once()


def run_once() -> None:
    """Hold what a serving process holds, for a moment, with the settings of the environment."""

    async def hold() -> None:
        async with process.running(settings.load(os.environ)):
            pass

    asyncio.run(hold())


def test_restoring_a_file_that_is_no_backup_starts_nothing(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["restore", str(data / "nothing")]) == 1
    assert "nothing" in capsys.readouterr().err
    assert not data.exists()
