"""What gets installed is fixed to the byte, and fetched from whatever registry the machine is set up for."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.assets.node import LOCK, LOCKED, leave_out_hosts
from tests.architecture.code import ROOT

LOCKS = ("requirements.txt", "requirements-build.txt", "requirements-dev.txt")


def entries(lock: str) -> list[str]:
    """The lock's requirements, each with its continuation lines joined."""
    text = "\n".join(
        line for line in (ROOT / lock).read_text().splitlines() if not line.lstrip().startswith("#")
    )
    return [entry for entry in text.replace("\\\n", " ").splitlines() if entry.strip()]


def pinned(lock: str) -> dict[str, str]:
    requirements = [Requirement(entry.partition(" --hash")[0]) for entry in entries(lock)]
    return {canonicalize_name(one.name): str(one.specifier) for one in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_python_package_is_pinned_and_hashed(lock: str) -> None:
    assert entries(lock)
    for entry in entries(lock):
        assert "==" in entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


@pytest.mark.parametrize("lock", LOCKS)
def test_no_python_lock_names_a_host(lock: str) -> None:
    assert not re.search(r"://|--(?:extra-)?index|--find-links|--trusted-host", (ROOT / lock).read_text())


@pytest.mark.parametrize("folder", LOCKED, ids=lambda folder: folder.name)
def test_no_script_lock_names_a_host(folder: Path) -> None:
    assert "://" not in (folder / LOCK).read_text("utf-8")


def test_locking_leaves_out_whom_to_fund(tmp_path: Path) -> None:
    lock = tmp_path / LOCK
    entry = {"version": "1.0.0", "integrity": "sha512-x"}
    told = {
        "packages": {
            "": {"name": "x"},
            "node_modules/x": entry | {"funding": {"type": "someone"}},
        }
    }
    lock.write_text(json.dumps(told), "utf-8")
    leave_out_hosts(lock)
    assert json.loads(lock.read_text("utf-8"))["packages"] == {"": {"name": "x"}, "node_modules/x": entry}


def test_every_script_lock_is_rewritten_by_make_lock() -> None:
    found = {
        path.parent
        for path in ROOT.rglob(LOCK)
        if not {"node_modules", "build"} & set(path.relative_to(ROOT).parts)
    }
    assert found == set(LOCKED)


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    wanted = zip(LOCKS, (project["project"]["dependencies"], groups["build"], groups["dev"]), strict=True)
    for lock, requirements in wanted:
        versions = pinned(lock)
        for requirement in map(Requirement, requirements):
            version = versions[canonicalize_name(requirement.name)].removeprefix("==")
            assert requirement.specifier.contains(version), (
                f"{lock}: {requirement} is {version}; run make lock"
            )


def test_one_package_has_one_version_in_all_locks() -> None:
    seen: dict[str, str] = {}
    for lock in LOCKS:
        for name, version in pinned(lock).items():
            assert seen.setdefault(name, version) == version, f"{name} in {lock}"


def test_every_script_package_is_exact_and_carries_a_digest() -> None:
    asked = json.loads((ROOT / "web" / "package.json").read_text())
    for version in (asked["dependencies"] | asked["devDependencies"]).values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    locked = json.loads((ROOT / "web" / LOCK).read_text())["packages"]
    for name, entry in locked.items():
        assert "resolved" not in entry, f"{name} names a host; .npmrc should have kept it out"
        assert not name or entry["integrity"].startswith("sha512-"), name


def test_the_page_scripts_are_the_versions_that_were_tried() -> None:
    asked = json.loads((ROOT / "web" / "package.json").read_text())["dependencies"]
    assert asked == {"htmx.org": "2.0.11", "htmx-ext-ws": "2.0.4"}
