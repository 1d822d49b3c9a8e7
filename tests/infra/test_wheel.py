"""The wheel is the whole product: installed where there is no checkout and no Node, it serves the demo."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import Distribution, distribution
from pathlib import Path

import httpx
import pytest
from packaging.requirements import Requirement

from infra.assets import build
from infra.assets.inputs import ROOT
from tests.asking import ask
from tests.ports import free_port

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    build.main()
    folder = tmp_path_factory.mktemp("wheel")
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        folder,
        ROOT,
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("orderhub-*.whl"))


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short, because a database's socket lies in it, and removed, because an installation is large."""
    made = Path(tempfile.mkdtemp(prefix="oh-"))
    made.chmod(0o755)  # run by root, the database is another user's, who has to pass through
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_the_wheel_holds_code_pages_words_and_assets(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "backend" / "orderhub"
    code = {f"orderhub/{path.relative_to(package).as_posix()}" for path in _files(package)}
    pages = {
        f"orderhub/_web/{path.relative_to(ROOT / 'web').as_posix()}"
        for name in ("templates", "locale", "dist")
        for path in _files(ROOT / "web" / name)
    }
    assert code - inside == set()
    assert pages - inside == set()
    assert "orderhub/_web/dist/manifest.json" in inside


def test_the_wheel_holds_the_typeface_of_papers_with_its_licences(wheel: Path) -> None:
    inside = zipfile.ZipFile(wheel).namelist()
    fonts = sorted(name.rpartition("/")[2] for name in inside if name.startswith("orderhub/_web/dist/fonts/"))
    assert [name for name in fonts if name.endswith(".ttf")] == [fonts[-1]]
    assert sum(name.endswith(".txt") and "OFL" in name for name in fonts) == 2


@pytest.mark.slow
def test_an_empty_environment_serves_the_demo_from_the_wheel(wheel: Path, folder: Path) -> None:
    command = _install(wheel, folder / "env")
    port = free_port()
    with _serving(command, port, folder) as process:
        address = f"http://127.0.0.1:{port}"
        _wait_until_healthy(f"{address}/healthz", process)
        page = ask(f"{address}/sign-in", headers={"accept": "text/html"})
        assert page.status_code == 200
        assert "/assets/app-" in page.text, "the page must name built assets"
        style = page.text.split('href="/assets/app-')[1].split('"')[0]
        assert ask(f"{address}/assets/app-{style}").status_code == 200


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]


def _install(wheel: Path, environment: Path) -> Path:
    """Installs the locked dependencies and the wheel, and returns the `orderhub` command."""
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    (site,) = (environment / "lib").glob("python*/site-packages")
    for one in _locked():
        _lay_into(site, one)
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", python]
    subprocess.run([*pip, "install", "-qq", "--no-deps", "--no-compile", "--no-index", wheel], check=True)
    return environment / "bin" / "orderhub"


def _locked() -> Iterator[Distribution]:
    """What requirements.txt asks for on this machine, as `make setup` fetched and unpacked it by the same file."""
    lines = re.findall(r"^[\w.-]+==[^\\\n]+", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    for wanted in map(Requirement, lines):
        if wanted.marker is None or wanted.marker.evaluate():
            one = distribution(wanted.name)
            assert one.version in wanted.specifier
            yield one


def _lay_into(site: Path, one: Distribution) -> None:
    """Copies what one distribution has in site-packages; its commands are another environment's."""
    for file in one.files or ():
        if ".." not in file.parts and (there := Path(str(file.locate()))).exists():
            (site / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(there, site / file)


@contextmanager
def _serving(command: Path, port: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    # Only the environment's own commands are on the path: no Node, no PostgreSQL of the machine's.
    kept = {name: value for name, value in os.environ.items() if name in {"HOME", "LANG", "TMPDIR"}}
    environment = kept | {"PATH": str(command.parent), "ORDERHUB_DATA": str(folder / "data")}
    with (folder / "log").open("w+") as log:
        process = subprocess.Popen(
            [command, "demo", "--port", str(port)], cwd=folder, env=environment, stdout=log, stderr=log
        )
        try:
            yield process
        except BaseException:
            print((folder / "log").read_text()[-4000:])
            raise
        finally:
            process.terminate()
            process.wait(20)
            subprocess.run(
                [command, "stop"], cwd=folder, env=environment, stdout=log, stderr=log, check=False
            )


def _wait_until_healthy(address: str, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up and process.poll() is None:
        try:
            if ask(address).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise TimeoutError(f"{address} did not answer; exit code {process.poll()}")
