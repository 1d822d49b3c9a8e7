"""What infra/ and the Procfile start exists: commands, settings, units. Containers themselves are not started here."""

import configparser
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from orderhub import cli, commands
from orderhub.settings import SETTINGS, load
from tests.architecture.code import ROOT

INFRA = ROOT / "infra"
UNITS = sorted((INFRA / "systemd").glob("*.service"))
NAMES = {setting.name for setting in SETTINGS}
HUB = ("web", "worker", "restore")
# What the images of others read from their environment.
OTHERS = {
    "postgres": {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"},
    "redis": set[str](),
    "proxy": {"DOMAIN"},
    "prometheus": set[str](),
    "grafana": {
        "GF_SECURITY_ADMIN_PASSWORD",
        "GF_ANALYTICS_REPORTING_ENABLED",
        "GF_ANALYTICS_CHECK_FOR_UPDATES",
        "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH",
    },
}


@pytest.fixture
def compose() -> dict[str, Any]:
    """The compose file, anchors resolved."""
    return dict(yaml.safe_load((INFRA / "compose.yaml").read_text("utf-8")))


def command_of(line: list[str]) -> str:
    """Read a command as the program would, and return its name; one that is none ends in SystemExit."""
    arguments = cli.parser().parse_args(line)
    return next(command.NAME for command in commands.found() if command.run is arguments.run)


def unit(file: Path) -> configparser.ConfigParser:
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(file)
    return read


def filled_in() -> dict[str, str]:
    """The example of .env with something in every line."""
    lines = [line for line in (INFRA / "env.example").read_text("utf-8").splitlines() if "=" in line]
    named = dict(line.split("=", 1) for line in lines if not line.startswith("# "))
    return {name.lstrip("#"): value or "x" * 32 for name, value in named.items()}


def variables(told: object) -> Iterator[str]:
    yield from re.findall(r"\$\{([A-Z_]+)", str(told))


def test_every_service_runs_a_command_that_exists(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {name: command_of(services[name]["command"]) for name in HUB} == {
        "web": "serve",
        "worker": "worker",
        "restore": "restore",
    }
    assert set(services) == {*HUB, *OTHERS}


def test_every_name_in_the_environment_is_read_by_somebody(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        known = NAMES if name in HUB else OTHERS[name]
        assert set(service.get("environment", {})) <= known, name


def test_what_compose_asks_for_stands_in_the_example_and_makes_settings(compose: dict[str, Any]) -> None:
    example = filled_in()
    secrets = {secret["environment"] for secret in compose["secrets"].values()}
    assert set(variables(compose)) | secrets == set(example)
    told = compose["services"]["web"]["environment"]
    filled = {
        name: re.sub(r"\$\{([A-Z_]+)[^}]*\}", lambda asked: example[asked[1]], text)
        for name, text in told.items()
    }
    settings = load(filled)
    assert settings.redis_url == "redis://redis:6379/0"
    assert settings.origin == "https://hub.example.com"
    (network,) = compose["networks"]["default"]["ipam"]["config"]
    assert settings.trusted_proxies == (network["subnet"],)


def test_services_and_volumes_lean_on_what_there_is(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", [])) <= set(services), name
        for volume in service.get("volumes", []):
            source = re.sub(r"\$\{[A-Z_]+:-(\w+)\}", r"\1", volume).partition(":")[0]
            assert source in compose["volumes"] or (INFRA / source).exists(), volume
    assert f"name {'web'}\n" in (INFRA / "Caddyfile").read_text("utf-8")


def test_processes_stay_below_the_connections_of_the_database(compose: dict[str, Any]) -> None:
    services = compose["services"]
    web = cli.parser().parse_args(services["web"]["command"]).processes
    workers = services["worker"]["deploy"]["replicas"]
    allowed = next(
        int(part.partition("=")[2]) for part in services["postgres"]["command"] if "max_connections" in part
    )
    each = load({}).connections + 2
    assert 2 * (web + workers) * each < allowed - 3, "room to double"


def test_the_image_is_made_of_files_that_are_sent_to_it() -> None:
    told = (INFRA / "Dockerfile").read_text("utf-8")
    copied = re.findall(r"^COPY (\S+)", told, flags=re.MULTILINE)
    sent = (INFRA / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    assert sent[0] == "*"
    assert {f"!{file}" for file in copied} == set(sent[1:])
    assert (ROOT / "requirements.txt").is_file()
    assert set(re.findall(r"\b(ORDERHUB_[A-Z_]+)=", told)) <= NAMES


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.name)
def test_every_unit_runs_a_command_that_exists(file: Path) -> None:
    program, *line = shlex.split(unit(file)["Service"]["ExecStart"])
    assert Path(program).name == "orderhub"
    assert command_of(line) == ("worker" if "worker" in file.name else "serve")
    assert unit(file)["Service"]["EnvironmentFile"] == "/etc/orderhub.env"


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.name)
def test_every_unit_is_one_to_systemd(file: Path, tmp_path: Path) -> None:
    checker = shutil.which("systemd-analyze")
    if checker is None:
        pytest.skip("expected systemd-analyze in PATH")
    program = unit(file)["Service"]["ExecStart"].split()[0]
    named = file.name.replace("@", "@1")
    (tmp_path / named).write_text(file.read_text("utf-8").replace(program, "/bin/true"), "utf-8")
    said = subprocess.run(
        [checker, "verify", "--man=no", "--recursive-errors=no", str(tmp_path / named)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line for line in said.stderr.splitlines() if named in line] == []
    assert said.returncode == 0, said.stderr


def test_the_environment_of_the_units_is_made_of_settings() -> None:
    lines = (INFRA / "systemd" / "orderhub.env").read_text("utf-8").splitlines()
    named = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert set(named) <= NAMES
    load(named)


def test_the_procfile_runs_the_same() -> None:
    lines = (ROOT / "Procfile").read_text("utf-8").splitlines()
    kinds = {}
    for line in lines:
        kind, _, command = line.partition(": ")
        program, *rest = shlex.split(command)
        assert Path(program).name == "orderhub"
        kinds[kind] = command_of(rest)
    assert kinds == {"web": "serve", "worker": "worker"}
